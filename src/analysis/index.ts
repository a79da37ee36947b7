export type { Reach } from './cause-findings.js';
export type { Naming, RunDescription } from './findings.js';
export { findingsOf } from './findings.js';
export { ratioInterval, sectionInterval } from './intervals.js';
export type { ObjectiveSpec } from './objectives.js';
export type * from './report-document.js';
export { student975 } from './student.js';
export type { TrafficSpec } from './traffic-findings.js';
