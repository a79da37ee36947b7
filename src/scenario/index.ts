export type { Assets } from './assets.js';
export { NO_ASSETS } from './assets.js';
export { loadScenario } from './load-scenario.js';
export { DEFAULT_PROXY_COST, waypointCost, ztunnelCost } from './proxy-cost.js';
export { starterScenario } from './starter.js';
export { stepsIn } from './steps.js';
export { struckCount } from './struck.js';
export { parseTarget } from './target.js';
export type * from './types.js';
