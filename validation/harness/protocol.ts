import type { Fault, RunSpec, TrafficSource } from '../../src/scenario/index.js';
import type { Lateness } from './lateness.js';
import type { PlayedApplication, Ways } from './layout.js';

/** What the processes of a run tell each other. */

/** Marks what a source sends, so that the access log of the first proxy can be laid beside what the source saw. */
export const REQUEST_HEADER = 'x-drymesh-request';

export interface LoadTask {
  readonly run: RunSpec;
  /** From 0: which of the runs of this case. */
  readonly repetition: number;
  readonly sources: readonly {
    readonly index: number;
    readonly spec: TrafficSource;
    readonly turns: readonly Ways[];
  }[];
}

export interface BackendTask {
  readonly run: RunSpec;
  readonly repetition: number;
  readonly applications: readonly PlayedApplication[];
  readonly faults: readonly Fault[];
}

interface Start {
  readonly kind: 'start';
  /** Of the monotonic clock: the beginning of warm-up. */
  readonly startMs: number;
}

export type ToLoad = { readonly kind: 'task'; readonly task: LoadTask } | Start;
export type ToBackends = { readonly kind: 'task'; readonly task: BackendTask } | Start | { readonly kind: 'report' };

/** One source's requests that arrived within the duration, by column. */
export interface SentRequests {
  readonly source: number;
  readonly number: number[];
  /** Intended, from the start of the run. */
  readonly atMs: number[];
  /** From the intended arrival to the end of the answer. */
  readonly latencyMs: number[];
  /** 0: no answer; -1: under way when the run ended. */
  readonly status: number[];
  readonly late: Lateness;
}

export type FromLoad = { readonly kind: 'ready' } | { readonly kind: 'done'; readonly sent: readonly SentRequests[] };
export type FromBackends =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'report'; readonly late: Lateness };
