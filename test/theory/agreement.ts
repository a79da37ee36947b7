import { expect } from 'vitest';
import { play } from '../support/run.js';

/** The seeds of every comparison with theory. */
export const SEEDS = [1, 2, 3] as const;

/** The unit of time in which theory is written (mean service 1), ms. */
export const UNIT_MS = 10;

const MOST_DEVIATIONS = 3.3;
/** A wider comparison would let a mistake of some per cent through. */
const WIDEST_RELATIVE_SD = 0.015;
/** What runs are planned for, since the number of samples is itself random. */
const PLANNED_RELATIVE_SD = 0.0145;

/** A closed form, and n times the variance of its estimate from n samples of a long run: from theory as well. */
export interface Theory {
  readonly value: number;
  readonly variance: number;
}

/** How many samples a run needs for all of these. */
export function samplesFor(...theories: readonly Theory[]): number {
  const needed = theories.map(({ value, variance }) => variance / (PLANNED_RELATIVE_SD * value) ** 2);
  return Math.ceil(Math.max(...needed));
}

/** Holds an estimate from `samples` against its closed form. */
export function expectAgreement(estimate: number, theory: Theory, samples: number): void {
  const sd = Math.sqrt(theory.variance / samples);
  expect(sd / theory.value).toBeLessThanOrEqual(WIDEST_RELATIVE_SD);
  expect(Math.abs(estimate - theory.value) / sd).toBeLessThanOrEqual(MOST_DEVIATIONS);
}

export interface StationRun {
  readonly manifests: string;
  /** `spec.workloads`. */
  readonly workloads: object;
  readonly seed: number;
  /** In units of 1 / mean service time. */
  readonly rate: number;
  readonly requests: number;
  /** A source for each URL, all of the same rate; default: the station. */
  readonly to?: readonly string[];
  /** In units of mean service time: until the station has forgotten that it began empty. */
  readonly warmup?: number;
}

/** Sends Poisson traffic to stations where nothing else costs time, and returns what the run saw. */
export function playStation({
  manifests,
  workloads,
  seed,
  rate,
  requests,
  to = ['http://station/'],
  warmup = 2000,
}: StationRun) {
  const perSecond = (1000 * rate) / UNIT_MS;
  return play({
    manifests,
    spec: {
      platform: { proxyCost: 'none' },
      network: { sameZone: '0s' },
      workloads,
      traffic: to.map((url, i) => ({ name: `load-${i}`, from: 'outside', rate: `${perSecond}/s`, to: url })),
      run: { duration: `${requests / perSecond}s`, warmup: `${(warmup * UNIT_MS) / 1000}s`, drain: '1h', seed },
    },
  });
}
