export type { Blueprint } from './blueprint.js';
export { drawBlueprint } from './blueprint.js';
export { checkWorld } from './check.js';
export type { Loaded, Texts } from './load.js';
export { loadTexts } from './load.js';
export { settingOf } from './origins.js';
export type { Station } from './stations.js';
export { stepSeconds } from './timeline-step.js';
export { World } from './world.js';
