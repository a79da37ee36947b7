import type { Diagnostic } from '../diagnostics/index.js';
import type { Judgement, StabilityVerdict } from './stability.js';
import type { SustainingLoop } from './sustaining-loop.js';
import type { ThresholdEstimate } from './threshold-interval.js';

/** What is varied: the load of all sources, or the length of the faults. */
export type StabilityAxis = 'load' | 'faultLength';

/** Where a mesh that recovers becomes one that does not, in factors of what is written. */
export interface Threshold extends ThresholdEstimate {
  /** The greatest factor at which every replication recovers; null: not even the least of `searched`. */
  readonly recoversUpTo: number | null;
  /** The least from which on it does not recover, beyond doubt; null: it does, or may, up to the greatest of `searched`. */
  readonly failsFrom: number | null;
  readonly searched: readonly [least: number, greatest: number];
  /** At `failsFrom` the load alone is too much: the mesh is worse before any fault. */
  readonly isOverload: boolean;
}

/** One variant that was played. */
export interface StabilityProbe {
  readonly axis: StabilityAxis;
  readonly factor: number;
  readonly verdict: StabilityVerdict;
  readonly afterSeconds: number | null;
  /** Replications by their own verdicts. */
  readonly replications: Readonly<Record<StabilityVerdict, number>>;
  readonly isOverload: boolean;
}

/** `drymesh.dev/stability/v1`: what stability.json holds. */
export interface StabilityDocument {
  readonly schema: 'drymesh.dev/stability/v1';
  readonly drymesh: { readonly version: string };
  readonly scenario: { readonly name: string };
  readonly seed: number;
  readonly replications: number;
  /** False while a setting that could change a figure is not modelled. */
  readonly complete: boolean;
  /** With load and faults as they are written. */
  readonly asWritten: Judgement;
  /** Load at the moment of the first fault: requests per second, or users. */
  readonly sources: readonly { readonly name: string; readonly kind: 'open' | 'closed'; readonly load: number }[];
  /** From the beginning of the first fault to the end of the last. */
  readonly faultSeconds: number;
  /** Null: it was interrupted before. */
  readonly load: Threshold | null;
  readonly faultLength: Threshold | null;
  /** What keeps it from recovering where it does not: as written, else at the threshold. Null: counters do not tell. */
  readonly loop: SustainingLoop | null;
  /** In the order in which they were played. */
  readonly probes: readonly StabilityProbe[];
  readonly diagnostics: readonly Diagnostic[];
}
