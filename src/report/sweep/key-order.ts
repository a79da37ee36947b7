import type { NumberedPoint, Sweep, SweepPoint } from '../../analysis/sweep/index.js';
import type { KeyOrder } from '../canonical-json.js';
import { DIAGNOSTIC_ORDER, REPORT_ORDER } from '../key-order.js';

const { latencyMs, replicates, success } = REPORT_ORDER.traffic;

/** The keys of a line of points.jsonl in their order. */
export const POINT_ORDER: KeyOrder<SweepPoint> = {
  schema: 'value',
  input: 'value',
  drymesh: { version: 'value' },
  settings: { path: 'value', value: 'value' },
  seed: 'value',
  replications: 'value',
  simulatedSeconds: 'value',
  warmupSeconds: 'value',
  complete: 'value',
  stopped: REPORT_ORDER.stopped,
  traffic: {
    name: 'value',
    kind: 'value',
    requests: 'value',
    ratePerSecond: 'value',
    success,
    latencyMs,
    replicates,
  },
  cost: {
    vcpu: { app: 'value', proxy: 'value', gateway: 'value' },
    vcpuPer1000Rps: REPORT_ORDER.capacity.vcpuPer1000Rps,
    vcpuPer1000Successful: 'value',
    pods: 'value',
    replicates: 'value',
  },
  workloads: {
    name: 'value',
    replicas: 'value',
    utilization: 'value',
    workerUtilization: 'value',
    queueMean: 'value',
  },
  objectives: REPORT_ORDER.objectives,
  stability: REPORT_ORDER.stability,
};

const NUMBERED_ORDER: KeyOrder<NumberedPoint> = { number: 'value', ...POINT_ORDER };

/** The keys of sweep.json in their order: what was found before what it was found from. */
export const SWEEP_ORDER: KeyOrder<Sweep> = {
  schema: 'value',
  drymesh: { version: 'value' },
  scenario: { name: 'value' },
  seed: 'value',
  replications: 'value',
  axes: { path: 'value', values: 'value', scale: { unit: 'value', numbers: 'value' } },
  pointsTotal: 'value',
  busiest: 'value',
  choice: {
    rule: 'value',
    best: 'value',
    decided: 'value',
    indistinct: 'value',
    unknown: 'value',
    holding: 'value',
    nearest: 'value',
  },
  pareto: 'value',
  effects: {
    path: 'value',
    figure: 'value',
    traffic: 'value',
    means: 'value',
    steps: { difference: 'value', ci95: 'value' },
    direction: 'value',
  },
  points: NUMBERED_ORDER,
  diagnostics: { ...DIAGNOSTIC_ORDER, points: 'value' },
};
