import type { SweepPoint } from '../../analysis/sweep/index.js';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
const number: Check = (value) => typeof value === 'number';
const is =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** With every member of `T`: one that the document gains and nobody checks does not compile. */
function members<T>(checks: Readonly<Record<keyof T, Check>>): Check {
  const entries = Object.entries<Check>(checks);
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const found = value as Readonly<Record<string, unknown>>;
    return entries.every(([key, check]) => check(found[key]));
  };
}

type Traffic = SweepPoint['traffic'][number];
type Latency = Traffic['latencyMs'];
type Cost = SweepPoint['cost'];

const figure = maybe(number);
const interval: Check = maybe((value) => list(number)(value) && (value as unknown[]).length === 2);
const quantiles = { mean: figure, p50: figure, p90: figure, p95: figure, p99: figure, p999: figure };
const intervals = { mean: interval, p50: interval, p90: interval, p95: interval, p99: interval, p999: interval };

const traffic = members<Traffic>({
  name: text,
  kind: is('open', 'closed'),
  requests: number,
  ratePerSecond: number,
  success: members<Traffic['success']>({ ratio: figure, ci95: interval }),
  latencyMs: members<Latency>({ ...quantiles, max: figure, ci95: members<Latency['ci95']>(intervals) }),
  replicates: list(
    members<Traffic['replicates'][number]>({
      requests: number,
      successRatio: figure,
      meanMs: figure,
      p50Ms: figure,
      p90Ms: figure,
      p99Ms: figure,
    }),
  ),
});

const cost = members<Cost>({
  vcpu: members<Cost['vcpu']>({ app: number, proxy: number, gateway: number }),
  vcpuPer1000Rps: members<Cost['vcpuPer1000Rps']>({
    app: figure,
    proxy: figure,
    gateway: figure,
    controlPlane: figure,
  }),
  vcpuPer1000Successful: figure,
  pods: number,
  replicates: list(figure),
});

const objective = members<SweepPoint['objectives'][number]>({
  name: text,
  traffic: text,
  metric: text,
  comparator: is('<', '<=', '>', '>='),
  unit: is('ms', 'ratio'),
  target: number,
  measured: figure,
  ci95: interval,
  pass: flag,
  verdict: is('held', 'failed', 'undecided'),
});

const shape = members<SweepPoint>({
  schema: is('drymesh.dev/sweep-point/v1'),
  input: text,
  drymesh: members<SweepPoint['drymesh']>({ version: text }),
  settings: list(members<SweepPoint['settings'][number]>({ path: text, value: text })),
  seed: number,
  replications: number,
  simulatedSeconds: number,
  warmupSeconds: number,
  complete: flag,
  stopped: maybe(members<NonNullable<SweepPoint['stopped']>>({ reason: text, atSeconds: number })),
  traffic: list(traffic),
  cost,
  workloads: list(
    members<SweepPoint['workloads'][number]>({
      name: text,
      replicas: number,
      utilization: figure,
      workerUtilization: figure,
      queueMean: number,
    }),
  ),
  objectives: list(objective),
  stability: maybe(
    members<NonNullable<SweepPoint['stability']>>({
      verdict: is('recovered', 'degraded', 'down', 'undecided'),
      afterSeconds: figure,
      reason: maybe(text),
      loop: maybe(text),
    }),
  ),
});

/** The point that a line of points.jsonl holds; null: it is none, or lacks what is read of one. */
export function pointIn(line: string): SweepPoint | null {
  try {
    const read: unknown = JSON.parse(line);
    return shape(read) && hasReplicates(read as SweepPoint) ? (read as SweepPoint) : null;
  } catch {
    return null;
  }
}

/** Points are paired replication by replication. */
function hasReplicates({ traffic, cost, replications }: SweepPoint): boolean {
  return [...traffic, cost].every(({ replicates }) => replicates.length === replications);
}
