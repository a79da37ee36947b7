import type { Diagnostic } from '../diagnostics/index.js';
import type {
  CausesMs,
  EdgeReport,
  Interval,
  PrecisionReport,
  Report,
  TrafficReport,
  WorkloadReport,
} from './report-document.js';

export type ComparedMetric = 'success' | 'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'cost' | 'load';

/**
 * `better`, `worse`: the interval excludes no change (`more`, `less` of a load, which is neither good nor bad). `same`: no
 * difference larger than `noLargerThan`. `undecided`: the interval holds both. Null: there is no interval.
 */
export type ComparisonVerdict = 'better' | 'worse' | 'more' | 'less' | 'same' | 'undecided';

/** What a change does to one figure. */
export interface MetricComparison {
  readonly name: ComparedMetric;
  /** Whose latency or success; null for cost and load. */
  readonly traffic: string | null;
  /** Whose load; null for all other figures. */
  readonly service: string | null;
  /** Null: all workloads of the service. */
  readonly workload: string | null;
  /** `cores`: vCPU in use, of applications, proxies and gateways together. */
  readonly unit: 'ms' | 'ratio' | 'cores' | 'perSecond';
  readonly base: number | null;
  readonly candidate: number | null;
  /** Candidate less base. */
  readonly difference: number | null;
  /** Of the difference, from pairs of replications that drew the same random numbers. */
  readonly ci95: Interval | null;
  readonly verdict: ComparisonVerdict | null;
  /** What the latency is made of, each adding up to it; null for what is no latency. */
  readonly causesMs: null | { readonly base: CausesMs | null; readonly candidate: CausesMs | null };
  /** In `unit`; null unless the verdict is `same`. */
  readonly noLargerThan: number | null;
  /** About how many more would decide, if the estimates stay as they are; null unless undecided, or when none would. */
  readonly moreReplications: number | null;
}

/** Why a figure differs: what one edge spends on one mechanism, or how often something happens on it. */
export interface CauseComparison {
  readonly metric: ComparedMetric;
  readonly traffic: string | null;
  /** Null: of no one edge. */
  readonly edge: { readonly source: string; readonly destination: string } | null;
  /** Whose load, or whose cost; null for what concerns a source. */
  readonly workload: string | null;
  /** Of `causesMs`; a response flag or code for success; `retry`, `calls`, `mirror` for a load; `app`, `proxy` for the cost. */
  readonly mechanism: string;
  /** Its part of the figure. Null where the figure is no latency. */
  readonly baseMs: number | null;
  readonly candidateMs: number | null;
  /** Its part of the figure in the figure's own unit. */
  readonly base: number;
  readonly candidate: number;
  /** Of the edge, those that moved the most. */
  readonly counters: readonly CounterComparison[];
  /** What was changed that makes it so; null: nobody can tell. */
  readonly change: ChangeReport | null;
  /**
   * How the change was found: the only one, by what it governs, or by trying each (`--attribute`); `together`: several
   * changes make it, none of them by itself.
   */
  readonly foundBy: 'only' | 'likeness' | 'experiment' | 'together' | null;
  readonly file: string | null;
  readonly line: number | null;
}

export interface CounterComparison {
  readonly name: string;
  /** Per 1000 requests of the sources that reach the edge. */
  readonly base: number;
  readonly candidate: number;
}

/** One thing that the candidate says otherwise than the base. */
export interface ChangeReport {
  /** `VirtualService/default/reviews`, or `Scenario`. */
  readonly resource: string;
  /** `spec.http[0].timeout`; null: the whole resource. */
  readonly path: string | null;
  /** As YAML on one line; null: it is not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** Of the candidate; of the base where the candidate has no more of it. */
  readonly file: string;
  readonly line: number;
  /** Of all that is new there. */
  readonly lastLine: number;
}

/** What one change does by itself, and what all the others do without it. */
export interface AttributionReport {
  /** Index into `changes`. */
  readonly change: number;
  readonly metric: ComparedMetric;
  readonly traffic: string | null;
  readonly service: string | null;
  readonly workload: string | null;
  /** The base with this change alone, less the base. */
  readonly alone: { readonly difference: number | null; readonly ci95: Interval | null };
  /** The candidate, less the candidate without this change. */
  readonly last: { readonly difference: number | null; readonly ci95: Interval | null };
}

export interface BoundReport {
  /** As written: `p99 > +10%`. */
  readonly name: string;
  readonly metric: ComparedMetric;
  readonly traffic: string | null;
  readonly service: string | null;
  /** In `unit`: what the difference must not cross. */
  readonly bound: number | null;
  readonly unit: MetricComparison['unit'];
  readonly difference: number | null;
  readonly ci95: Interval | null;
  readonly verdict: 'held' | 'failed' | 'undecided';
}

/** The base's own figures, as in its report. */
export interface BaseReport {
  readonly scenario: string;
  readonly seed: number;
  readonly traffic: readonly TrafficReport[];
  readonly edges: readonly EdgeReport[];
  readonly workloads: readonly WorkloadReport[];
  readonly timeline: Report['timeline'];
  readonly stability: Report['stability'];
  readonly stopped: Report['stopped'];
}

/** What `compare` adds to the candidate's report. */
export interface Comparison {
  readonly base: BaseReport;
  readonly metrics: readonly MetricComparison[];
  readonly causes: readonly CauseComparison[];
  /** In the order of the files. */
  readonly changes: readonly ChangeReport[];
  /** Empty unless each change was tried. */
  readonly attribution: readonly AttributionReport[];
  readonly bounds: readonly BoundReport[];
  /** How narrow intervals of differences were asked to be; null: nobody asked. Relative ones are of the base. */
  readonly precision: null | readonly PrecisionReport[];
  /** Findings that the base does not have, and those that the candidate has no more. */
  readonly introduced: readonly Diagnostic[];
  readonly resolved: readonly Diagnostic[];
}
