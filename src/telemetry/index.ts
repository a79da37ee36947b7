export { Breakdown, isSampled } from './breakdown.js';
export type { EdgeName } from './edge.js';
export { COUNTER, EDGE_BITS, EDGE_COUNTERS, EdgeRow } from './edge.js';
export type { EdgeMeter, EdgesAroundFaults } from './edge-meter.js';
export { meterSince, readMeter } from './edge-meter.js';
export { Histogram, halfBucketMs } from './histogram.js';
export { Level } from './level.js';
export type { Mechanism, Vector } from './mechanisms.js';
export {
  addVector,
  CPU_WAIT,
  clearVector,
  INJECTED,
  MECHANISMS,
  NETWORK,
  newVector,
  POOL_WAIT,
  PROXY_CPU,
  RETRY,
  SERVICE,
  TIMEOUT_WAIT,
  WORKER_QUEUE,
} from './mechanisms.js';
export { type PackedRecording, packRecording, unpackRecording } from './packed-recording.js';
export type { Recording, WorkloadRecord } from './recording.js';
export { EdgeBook } from './recording.js';
export { Tally } from './tally.js';
export { bandOf, TRAFFIC_BITS, TrafficRecorder, WINDOW_BITS, Window } from './traffic-recorder.js';
