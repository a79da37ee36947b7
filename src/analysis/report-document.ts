import type { Diagnostic } from '../diagnostics/index.js';
import type { Comparison } from './comparison-document.js';
import type { StabilityVerdict, UndecidedReason } from './stability.js';

/** `[low, high]` of a 95 % interval. */
export type Interval = readonly [number, number];

/** Milliseconds per request by mechanism along its critical path; the values add to the mean latency. */
export interface CausesMs {
  readonly service: number;
  readonly cpuWait: number;
  readonly workerQueue: number;
  readonly proxyCpu: number;
  readonly poolWait: number;
  readonly network: number;
  readonly retry: number;
  readonly injected: number;
  readonly timeoutWait: number;
}

export interface LatencyMs {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
  readonly ci95: {
    readonly mean: Interval | null;
    readonly p50: Interval | null;
    readonly p90: Interval | null;
    readonly p95: Interval | null;
    readonly p99: Interval | null;
    readonly p999: Interval | null;
  };
}

export interface Success {
  readonly ratio: number | null;
  readonly ci95: Interval | null;
}

export type Counts = Readonly<Record<string, number>>;

export interface TrafficReport {
  readonly name: string;
  readonly kind: 'open' | 'closed';
  readonly requests: number;
  readonly started: number;
  readonly inFlight: number;
  readonly ratePerSecond: number;
  readonly success: Success;
  readonly latencyMs: LatencyMs;
  readonly okLatencyMs: LatencyMs;
  readonly codes: Counts;
  readonly flags: Counts;
  /** Only buckets that hold something; `counts[i]` values lie in (`upperMs[i-1]`-ish, `upperMs[i]`]. */
  readonly histogram: {
    readonly relativeError: number;
    readonly upperMs: readonly number[];
    readonly counts: readonly number[];
  };
  readonly causesMs: CausesMs;
  readonly replicates: readonly {
    readonly requests: number;
    readonly successRatio: number | null;
    readonly meanMs: number | null;
    readonly p50Ms: number | null;
    readonly p90Ms: number | null;
    readonly p99Ms: number | null;
  }[];
}

export interface EdgeReport {
  readonly source: string;
  readonly destination: string;
  readonly workload: string | null;
  readonly version: string | null;
  readonly requests: number;
  readonly attempts: number;
  readonly retries: number;
  readonly mirrored: number;
  readonly inFlight: number;
  readonly success: Success;
  readonly latencyMs: LatencyMs;
  readonly codes: Counts;
  readonly flags: Counts;
  readonly counters: Counts;
}

export interface WorkloadReport {
  readonly name: string;
  readonly kind: 'app' | 'gateway' | 'waypoint' | 'external';
  readonly service: string | null;
  readonly version: string | null;
  readonly replicas: number;
  readonly cpuCores: { readonly app: number; readonly proxy: number };
  readonly utilization: number | null;
  readonly workerUtilization: number | null;
  readonly queue: { readonly mean: number; readonly max: number };
  readonly vcpuPer1000Rps: { readonly app: number | null; readonly proxy: number | null };
  readonly memoryBytes: { readonly proxy: number };
}

export interface ObjectiveReport {
  readonly name: string;
  readonly traffic: string;
  readonly metric: string;
  readonly comparator: '<' | '<=' | '>' | '>=';
  readonly unit: 'ms' | 'ratio';
  readonly target: number;
  readonly measured: number | null;
  readonly ci95: Interval | null;
  readonly pass: boolean;
  readonly verdict: 'held' | 'failed' | 'undecided';
}

export interface TimelineSeries {
  readonly ratePerSecond: readonly number[];
  readonly successRatio: readonly (number | null)[];
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

export interface TimelineMark {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly label: string;
  readonly file: string;
  readonly line: number;
}

export interface CauseReport {
  readonly traffic: string;
  readonly edge: { readonly source: string; readonly destination: string };
  readonly mechanism: string;
  /** Per request of `traffic`. */
  readonly ms: number;
  readonly file: string | null;
  readonly line: number | null;
}

/** An edge at which calls fail of themselves, not for what lies behind it. */
export interface FailureReport {
  readonly traffic: string;
  readonly edge: { readonly source: string; readonly destination: string };
  /** A response flag or code. */
  readonly sign: string;
  /** Calls with that sign for each request of all sources that use the edge. */
  readonly perRequest: number;
  readonly file: string | null;
  readonly line: number | null;
}

/** `drymesh.dev/report/v1`: what report.json holds. Every other output is a pure function of it. */
/** How narrow an interval was asked to be, and is. Halves of 95 % intervals, in `unit`: `relative` is of the estimate. */
export interface PrecisionReport {
  readonly traffic: string;
  readonly metric: string;
  readonly unit: 'relative' | 'ms' | 'ratio';
  readonly asked: number;
  /** Null: there is no interval, because a replication has too few requests. */
  readonly half: number | null;
  /** No number of replications brings `half` below this: a quantile is known to a bucket of its histogram. */
  readonly finest: number;
  readonly reached: boolean;
}

/** Whether the mesh returns to its former state after the last fault that ends. */
export interface StabilityReport {
  readonly verdict: StabilityVerdict;
  /** From the end of the last fault until the mesh was, and stayed, as before; null unless it recovered. */
  readonly afterSeconds: number | null;
  /** Why it is undecided; null: it is not. */
  readonly reason: UndecidedReason | null;
  /** What keeps it degraded or down; null: it is neither, or counters do not tell. */
  readonly loop: string | null;
}

export interface Report {
  readonly schema: 'drymesh.dev/report/v1';
  readonly drymesh: { readonly version: string };
  readonly scenario: { readonly name: string };
  readonly seed: number;
  readonly replications: number;
  /** Warm-up and duration of one replication. */
  readonly simulatedSeconds: number;
  readonly warmupSeconds: number;
  /** False while a setting that could change a figure is not modelled. */
  readonly complete: boolean;
  readonly stopped: null | { readonly reason: string; readonly atSeconds: number };
  readonly engine: { readonly events: number; readonly hops: number };
  readonly traffic: readonly TrafficReport[];
  readonly edges: readonly EdgeReport[];
  readonly workloads: readonly WorkloadReport[];
  readonly capacity: {
    readonly vcpuPer1000Rps: {
      readonly app: number | null;
      readonly proxy: number | null;
      readonly gateway: number | null;
      readonly controlPlane: number | null;
    };
  };
  readonly objectives: readonly ObjectiveReport[];
  readonly timeline: {
    readonly startSeconds: 0;
    readonly stepSeconds: number;
    readonly traffic: Readonly<Record<string, TimelineSeries>>;
    readonly marks: readonly TimelineMark[];
  };
  readonly causes: readonly CauseReport[];
  readonly failures: readonly FailureReport[];
  /** Null: replications were as many as the scenario says. */
  readonly precision: null | readonly PrecisionReport[];
  /** Null: no fault ends within the duration. */
  readonly stability: null | StabilityReport;
  readonly diagnostics: readonly Diagnostic[];
  /** What is different from another configuration: in the reports of `compare` alone. */
  readonly comparison?: Comparison;
}
