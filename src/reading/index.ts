export { readDocuments, readEmbedded } from './documents.js';
export type { PathStep } from './path.js';
export { joinPath, parsePath } from './path.js';
export type { Accounting } from './section.js';
export { quote, Section, Value } from './section.js';
export { applyToManifests, applyToScenario } from './settings.js';
export type { Setting, SourceText } from './source.js';
export { closest, suggestion } from './suggest.js';
