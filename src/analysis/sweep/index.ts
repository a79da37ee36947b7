export { axisScaleOf } from './axis-scale.js';
export { choose } from './choice.js';
export type * from './document.js';
export { effectsOf } from './effects.js';
export {
  busiestOf,
  p99Of,
  pairedInterval,
  podsOf,
  recoveryOf,
  successOf,
  vcpuPer1000RpsOf,
  vcpuPer1000SuccessfulOf,
} from './estimates.js';
export { paretoFront, unbeaten } from './pareto.js';
export { sweepPointOf } from './point.js';
export type { SweepDescription } from './sweep.js';
export { sweepOf } from './sweep.js';
