import type { Diagnostic } from '../../diagnostics/index.js';
import type { Interval, LatencyMs, ObjectiveReport, Report, Success, TrafficReport } from '../report-document.js';

/** What one point sets: a PATH as `--set` takes it, and its value in YAML, both as typed. */
export interface SweptSetting {
  readonly path: string;
  readonly value: string;
}

export interface SweptTraffic {
  readonly name: string;
  readonly kind: 'open' | 'closed';
  readonly requests: number;
  readonly ratePerSecond: number;
  readonly success: Success;
  readonly latencyMs: LatencyMs;
  readonly replicates: TrafficReport['replicates'];
}

/** Cores that are kept busy: external hosts cost nothing here. */
export interface SweptCost {
  readonly vcpu: { readonly app: number; readonly proxy: number; readonly gateway: number };
  readonly vcpuPer1000Rps: Report['capacity']['vcpuPer1000Rps'];
  /** As above in one, but of the requests that succeed: what is turned away is cheap, and no use. Null: none does. */
  readonly vcpuPer1000Successful: number | null;
  /** Of applications, gateways and waypoints. */
  readonly pods: number;
  /** vCPU per 1000 requests/s, applications, proxies and gateways together, by replication. */
  readonly replicates: readonly (number | null)[];
}

export interface SweptWorkload {
  readonly name: string;
  readonly replicas: number;
  readonly utilization: number | null;
  readonly workerUtilization: number | null;
  readonly queueMean: number;
}

/** `drymesh.dev/sweep-point/v1`: what one point of a grid gave; a line of points.jsonl. */
export interface SweepPoint {
  readonly schema: 'drymesh.dev/sweep-point/v1';
  /** A hash of all that it was played from: files, settings, version. */
  readonly input: string;
  readonly drymesh: { readonly version: string };
  readonly settings: readonly SweptSetting[];
  readonly seed: number;
  readonly replications: number;
  readonly simulatedSeconds: number;
  readonly warmupSeconds: number;
  readonly complete: boolean;
  readonly stopped: Report['stopped'];
  readonly traffic: readonly SweptTraffic[];
  readonly cost: SweptCost;
  readonly workloads: readonly SweptWorkload[];
  readonly objectives: readonly ObjectiveReport[];
  readonly stability: Report['stability'];
}

/** What is varied. */
export interface SweepAxis {
  readonly path: string;
  readonly values: readonly string[];
  /** What the values are as numbers, all of one kind; null: at least one of them is no number. */
  readonly scale: AxisScale | null;
}

export interface AxisScale {
  readonly unit: 'none' | 'ms' | 'ratio' | 'perSecond' | 'bytes';
  readonly numbers: readonly number[];
}

/** Which point to take. Points go by their numbers, from 1. */
export interface SweepChoice {
  /** By which it was chosen, in words. */
  readonly rule: string;
  /** Null: at none does every objective hold. */
  readonly best: number | null;
  /** Whether the 95 % intervals say so too; null without a best one, and without objectives. */
  readonly decided: boolean | null;
  /** As good by the rule as far as the replications can tell. */
  readonly indistinct: readonly number[];
  /** Of these the ones that may be worse, or better: the replications are too few to call them equal. */
  readonly unknown: readonly number[];
  /** At which every objective holds. */
  readonly holding: readonly number[];
  /** Where it is closest to that when it is nowhere; null otherwise. */
  readonly nearest: number | null;
}

export type SweepFigure = 'p99Ms' | 'successRatio' | 'vcpuPer1000Rps';

/** How a figure moves along one axis: means over all settings of the others. */
export interface SweepEffect {
  readonly path: string;
  readonly figure: SweepFigure;
  /** Of `p99Ms`: the source; null: all together. */
  readonly traffic: string | null;
  /** By value of the axis, as written; null: there is no figure. */
  readonly means: readonly (number | null)[];
  /** By value of the axis from the second: against the one before, with its interval. Null: there is none. */
  readonly steps: readonly ({ readonly difference: number; readonly ci95: Interval | null } | null)[];
  /**
   * `mixed`: up here and down there. `flat`: differences lie within 1 %, of success within a thousandth, with their
   * intervals. `undecided`: the replications are too few to tell. Null: values have no order, or there are no figures.
   */
  readonly direction: 'rises' | 'falls' | 'mixed' | 'flat' | 'undecided' | null;
}

/** A finding of the whole grid, or of the points with these numbers. */
export interface SweepDiagnostic extends Diagnostic {
  readonly points: readonly number[] | null;
}

export interface NumberedPoint extends SweepPoint {
  readonly number: number;
}

/** `drymesh.dev/sweep/v1`: what sweep.json holds. */
export interface Sweep {
  readonly schema: 'drymesh.dev/sweep/v1';
  readonly drymesh: { readonly version: string };
  readonly scenario: { readonly name: string };
  readonly seed: number;
  readonly replications: number;
  readonly axes: readonly SweepAxis[];
  /** Of the grid; less are in `points` when it was interrupted. */
  readonly pointsTotal: number;
  /** The source with the most requests, whose p99 is the latency of choice and front; null: there is no traffic. */
  readonly busiest: string | null;
  readonly choice: SweepChoice;
  /** The points that no other beats: none is as good in p99, errors, vCPU per 1000 successful requests/s and pods, and better in one. */
  readonly pareto: readonly number[];
  readonly effects: readonly SweepEffect[];
  readonly points: readonly NumberedPoint[];
  readonly diagnostics: readonly SweepDiagnostic[];
}
