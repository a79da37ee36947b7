export type { LintDocument } from './json.js';
export { renderJson, renderLintJson } from './json.js';
