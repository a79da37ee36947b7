export type { Reach } from './cause-findings.js';
export type { ComparedSide, ComparisonDescription } from './comparison.js';
export { comparisonOf } from './comparison.js';
export type { Bound, BoundCase } from './comparison-bounds.js';
export { boundCases, isSettled, judgeBound, WIDER } from './comparison-bounds.js';
export type { ChangeTrial, TriedChanges } from './comparison-causes.js';
export { isNotable } from './comparison-causes.js';
export type { ReportedSide } from './comparison-contributions.js';
export type * from './comparison-document.js';
export type { Side } from './comparison-metrics.js';
export { compareMetrics, precisionOfDifferences } from './comparison-metrics.js';
export type { Naming, RunDescription } from './findings.js';
export { findingsOf } from './findings.js';
export { halfWidth, quantileInterval, ratioInterval, sectionInterval } from './intervals.js';
export type { ObjectiveSpec } from './objectives.js';
export type { ComparisonRule, PreciseMetric, PrecisionTarget, StoppingRule } from './precision.js';
export { looks, PRECISE_METRICS, precisionOf, timesAsMany } from './precision.js';
export type * from './report-document.js';
export type {
  DisturbanceSpec,
  FormerState,
  Judgement,
  Stability,
  StabilityVerdict,
  UndecidedReason,
} from './stability.js';
export { formerStates, isHeld, stabilityOf } from './stability.js';
export type * from './stability-document.js';
export { student975 } from './student.js';
export type { SustainingLoop } from './sustaining-loop.js';
export { loopText, sustainingLoop } from './sustaining-loop.js';
export { type ReplicationBracket, type ThresholdEstimate, thresholdEstimate } from './threshold-interval.js';
export { pooledWindows } from './timeline.js';
export type { TrafficSpec } from './traffic-findings.js';
export { measuredOf } from './traffic-findings.js';
export { truncation } from './truncation.js';
