import type {
  CausesMs,
  ChangeReport,
  Comparison,
  EdgeReport,
  LatencyMs,
  PrecisionReport,
  Report,
  Success,
  TrafficReport,
  WorkloadReport,
} from '../analysis/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import type { KeyOrder } from './canonical-json.js';

/** A finding says what is wrong before it says where. */
export const DIAGNOSTIC_ORDER: KeyOrder<Diagnostic> = {
  code: 'value',
  severity: 'value',
  refuses: 'value',
  message: 'value',
  help: 'value',
  file: 'value',
  line: 'value',
  column: 'value',
  resource: { kind: 'value', namespace: 'value', name: 'value' },
};

const SUCCESS: KeyOrder<Success> = { ratio: 'value', ci95: 'value' };

const LATENCY: KeyOrder<LatencyMs> = {
  mean: 'value',
  p50: 'value',
  p90: 'value',
  p95: 'value',
  p99: 'value',
  p999: 'value',
  max: 'value',
  ci95: { mean: 'value', p50: 'value', p90: 'value', p95: 'value', p99: 'value', p999: 'value' },
};

const CAUSES: KeyOrder<CausesMs> = {
  service: 'value',
  cpuWait: 'value',
  workerQueue: 'value',
  proxyCpu: 'value',
  poolWait: 'value',
  network: 'value',
  retry: 'value',
  injected: 'value',
  timeoutWait: 'value',
};

const TRAFFIC: KeyOrder<TrafficReport> = {
  name: 'value',
  kind: 'value',
  requests: 'value',
  started: 'value',
  inFlight: 'value',
  ratePerSecond: 'value',
  success: SUCCESS,
  latencyMs: LATENCY,
  okLatencyMs: LATENCY,
  codes: { each: 'value' },
  flags: { each: 'value' },
  histogram: { relativeError: 'value', upperMs: 'value', counts: 'value' },
  causesMs: CAUSES,
  replicates: {
    requests: 'value',
    successRatio: 'value',
    meanMs: 'value',
    p50Ms: 'value',
    p90Ms: 'value',
    p99Ms: 'value',
  },
};

const EDGE: KeyOrder<EdgeReport> = {
  source: 'value',
  destination: 'value',
  workload: 'value',
  version: 'value',
  requests: 'value',
  attempts: 'value',
  retries: 'value',
  mirrored: 'value',
  inFlight: 'value',
  success: SUCCESS,
  latencyMs: LATENCY,
  codes: { each: 'value' },
  flags: { each: 'value' },
  counters: { each: 'value' },
};

const WORKLOAD: KeyOrder<WorkloadReport> = {
  name: 'value',
  kind: 'value',
  service: 'value',
  version: 'value',
  replicas: 'value',
  cpuCores: { app: 'value', proxy: 'value' },
  utilization: 'value',
  workerUtilization: 'value',
  queue: { mean: 'value', max: 'value' },
  vcpuPer1000Rps: { app: 'value', proxy: 'value' },
  memoryBytes: { proxy: 'value' },
};

const STOPPED: KeyOrder<NonNullable<Report['stopped']>> = { reason: 'value', atSeconds: 'value' };

const TIMELINE: KeyOrder<Report['timeline']> = {
  startSeconds: 'value',
  stepSeconds: 'value',
  traffic: { each: { ratePerSecond: 'value', successRatio: 'value', p50Ms: 'value', p99Ms: 'value' } },
  marks: { fromSeconds: 'value', toSeconds: 'value', label: 'value', file: 'value', line: 'value' },
};

const STABILITY: KeyOrder<NonNullable<Report['stability']>> = {
  verdict: 'value',
  afterSeconds: 'value',
  reason: 'value',
  loop: 'value',
};

const PRECISION: KeyOrder<PrecisionReport> = {
  traffic: 'value',
  metric: 'value',
  unit: 'value',
  asked: 'value',
  half: 'value',
  finest: 'value',
  reached: 'value',
};

const CHANGE: KeyOrder<ChangeReport> = {
  resource: 'value',
  path: 'value',
  before: 'value',
  after: 'value',
  file: 'value',
  line: 'value',
  lastLine: 'value',
};

const COMPARISON: KeyOrder<Comparison> = {
  base: {
    scenario: 'value',
    seed: 'value',
    traffic: TRAFFIC,
    edges: EDGE,
    workloads: WORKLOAD,
    timeline: TIMELINE,
    stability: STABILITY,
    stopped: STOPPED,
  },
  metrics: {
    name: 'value',
    traffic: 'value',
    service: 'value',
    workload: 'value',
    unit: 'value',
    base: 'value',
    candidate: 'value',
    difference: 'value',
    ci95: 'value',
    verdict: 'value',
    noLargerThan: 'value',
    moreReplications: 'value',
    causesMs: { base: CAUSES, candidate: CAUSES },
  },
  causes: {
    metric: 'value',
    traffic: 'value',
    edge: { source: 'value', destination: 'value' },
    workload: 'value',
    mechanism: 'value',
    baseMs: 'value',
    candidateMs: 'value',
    base: 'value',
    candidate: 'value',
    counters: { name: 'value', base: 'value', candidate: 'value' },
    change: CHANGE,
    foundBy: 'value',
    file: 'value',
    line: 'value',
  },
  changes: CHANGE,
  attribution: {
    change: 'value',
    metric: 'value',
    traffic: 'value',
    service: 'value',
    workload: 'value',
    alone: { difference: 'value', ci95: 'value' },
    last: { difference: 'value', ci95: 'value' },
  },
  bounds: {
    name: 'value',
    metric: 'value',
    traffic: 'value',
    service: 'value',
    bound: 'value',
    unit: 'value',
    difference: 'value',
    ci95: 'value',
    verdict: 'value',
  },
  precision: PRECISION,
  introduced: DIAGNOSTIC_ORDER,
  resolved: DIAGNOSTIC_ORDER,
};

/** The keys of report.json in their order. */
export const REPORT_ORDER: KeyOrder<Report> = {
  schema: 'value',
  drymesh: { version: 'value' },
  scenario: { name: 'value' },
  seed: 'value',
  replications: 'value',
  simulatedSeconds: 'value',
  warmupSeconds: 'value',
  complete: 'value',
  stopped: STOPPED,
  engine: { events: 'value', hops: 'value' },
  traffic: TRAFFIC,
  edges: EDGE,
  workloads: WORKLOAD,
  capacity: { vcpuPer1000Rps: { app: 'value', proxy: 'value', gateway: 'value', controlPlane: 'value' } },
  objectives: {
    name: 'value',
    traffic: 'value',
    metric: 'value',
    comparator: 'value',
    unit: 'value',
    target: 'value',
    measured: 'value',
    ci95: 'value',
    pass: 'value',
    verdict: 'value',
  },
  timeline: TIMELINE,
  causes: {
    traffic: 'value',
    edge: { source: 'value', destination: 'value' },
    mechanism: 'value',
    ms: 'value',
    file: 'value',
    line: 'value',
  },
  failures: {
    traffic: 'value',
    edge: { source: 'value', destination: 'value' },
    sign: 'value',
    perRequest: 'value',
    file: 'value',
    line: 'value',
  },
  precision: PRECISION,
  stability: STABILITY,
  diagnostics: DIAGNOSTIC_ORDER,
  comparison: COMPARISON,
};
