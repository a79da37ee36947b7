import type { ObjectiveReport } from '../../src/analysis/index.js';
import { type NumberedPoint, type Sweep, type SweptTraffic, sweepOf } from '../../src/analysis/sweep/index.js';
import { perSuccessful } from '../../src/analysis/sweep/point.js';
import { HOSTILE_NAMES, latency } from './report.js';

/** Of a point what tests vary; the rest is plausible. */
export interface PointSketch {
  readonly values: readonly string[];
  readonly p99Ms?: number | null;
  /** By replication; without them they scatter by 2 % in the same way at every point. */
  readonly p99Replicates?: readonly (number | null)[];
  readonly success?: number;
  readonly vcpu?: number;
  readonly pods?: number;
  readonly ratePerSecond?: number;
  /** Whether the only objective passes, and what its interval says; without it there are no objectives. */
  readonly objective?: {
    readonly pass: boolean;
    readonly verdict?: ObjectiveReport['verdict'];
    readonly measured?: number;
  };
  readonly stopped?: boolean;
  readonly stability?: NumberedPoint['stability'];
}

const SCATTER = [-0.02, -0.01, 0, 0.01, 0.02];

export function point(
  number: number,
  paths: readonly string[],
  sketch: PointSketch,
  source = 'shoppers',
): NumberedPoint {
  const { values, vcpu = 2, pods = 6, objective } = sketch;
  const objectives: ObjectiveReport[] =
    objective === undefined
      ? []
      : [
          {
            name: 'p99 < 100ms',
            traffic: source,
            metric: 'p99',
            comparator: '<',
            unit: 'ms',
            target: 100,
            measured: objective.measured ?? sketch.p99Ms ?? 50,
            ci95: null,
            pass: objective.pass,
            verdict: objective.verdict ?? (objective.pass ? 'held' : 'failed'),
          },
        ];
  return {
    number,
    schema: 'drymesh.dev/sweep-point/v1',
    input: `sha256:${String(number).padStart(64, '0')}`,
    drymesh: { version: '0.1.0' },
    settings: paths.map((path, i) => ({ path, value: values[i]! })),
    seed: 1,
    replications: 5,
    simulatedSeconds: 330,
    warmupSeconds: 30,
    complete: true,
    stopped: sketch.stopped === true ? { reason: 'too many requests in flight', atSeconds: 12 } : null,
    traffic: [trafficOf(source, sketch), { ...trafficOf('batch', { values, p99Ms: 400 }), requests: 1000 }],
    cost: {
      vcpu: { app: vcpu / 2, proxy: vcpu / 4, gateway: vcpu / 4 },
      vcpuPer1000Rps: { app: vcpu / 2, proxy: vcpu / 4, gateway: vcpu / 4, controlPlane: null },
      vcpuPer1000Successful: perSuccessful(vcpu, sketch.success ?? 0.999),
      pods,
      replicates: SCATTER.map((off) => vcpu * (1 + off / 100)),
    },
    workloads: [
      { name: 'front-v1', replicas: 2, utilization: 0.4, workerUtilization: 0.7, queueMean: 0.1 },
      { name: 'stock-v1', replicas: 4, utilization: 0.2, workerUtilization: null, queueMean: 0 },
    ],
    objectives,
    stability: sketch.stability ?? null,
  };
}

function trafficOf(name: string, sketch: PointSketch): SweptTraffic {
  const { p99Ms = 50, success = 0.999, ratePerSecond = 100 } = sketch;
  const spread = latency(p99Ms === null ? null : p99Ms / 4);
  const replicates = sketch.p99Replicates ?? SCATTER.map((off) => (p99Ms === null ? null : p99Ms * (1 + off)));
  return {
    name,
    kind: 'open',
    requests: ratePerSecond * 1500,
    ratePerSecond,
    success: { ratio: success, ci95: [Math.max(0, success - 0.0004), Math.min(1, success + 0.0004)] },
    latencyMs: { ...spread, p99: p99Ms },
    replicates: replicates.map((p99) => ({
      requests: ratePerSecond * 300,
      successRatio: success,
      meanMs: spread.mean,
      p50Ms: spread.p50,
      p90Ms: spread.p90,
      p99Ms: p99,
    })),
  };
}

/** A sweep over these paths, one point for each sketch in the order of the grid. */
export function sweepFrom(
  axes: Sweep['axes'] | readonly { readonly path: string; readonly values: readonly string[] }[],
  sketches: readonly PointSketch[],
  over: { readonly scenario?: string; readonly source?: string; readonly diagnostics?: Sweep['diagnostics'] } = {},
): Sweep {
  const paths = axes.map(({ path }) => path);
  const points = sketches.map((sketch, i) => point(i + 1, paths, sketch, over.source));
  return sweepOf(points, {
    version: '0.1.0',
    scenario: over.scenario ?? 'shop',
    seed: 1,
    replications: 5,
    axes,
    pointsTotal: axes.reduce((product, { values }) => product * values.length, 1),
    diagnostics: over.diagnostics ?? [],
  });
}

const held = { pass: true };

/** Every combination of so many values on each axis. */
export function gridSweep(...counts: number[]): Sweep {
  const axes = counts.map((count, i) => ({
    path: `workloads.front.${'abc'[i]}`,
    values: Array.from({ length: count }, (_, j) => `${10 * (j + 1)}ms`),
  }));
  const total = counts.reduce((product, count) => product * count, 1);
  const sketches = Array.from({ length: total }, (_, number): PointSketch => {
    let left = number;
    const values = counts.toReversed().map((count, i) => {
      const value = axes.at(-1 - i)!.values[left % count]!;
      left = Math.floor(left / count);
      return value;
    });
    const p99Ms = 20 + ((number * 7) % 50);
    return {
      values: values.toReversed(),
      p99Ms,
      vcpu: 2 + (number % 5),
      success: 1 - (number % 3) / 1000,
      objective: held,
    };
  });
  return sweepFrom(axes, sketches);
}

/** Settings, a scenario and a source with names that would act in HTML or a terminal. */
export const HOSTILE_SWEEP = sweepFrom(
  [
    { path: HOSTILE_NAMES[0], values: [HOSTILE_NAMES[1], HOSTILE_NAMES[2]] },
    { path: HOSTILE_NAMES[4], values: [HOSTILE_NAMES[5], HOSTILE_NAMES[6], HOSTILE_NAMES[7]] },
  ],
  [1, 2].flatMap((a) =>
    [5, 6, 7].map((b) => ({ values: [HOSTILE_NAMES[a]!, HOSTILE_NAMES[b]!], p99Ms: 10 * a + b, objective: held })),
  ),
  { scenario: HOSTILE_NAMES[3], source: HOSTILE_NAMES[0] },
);
