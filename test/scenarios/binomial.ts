import { expect } from 'vitest';

/** The bound of every statistical test here: one sound run in a thousand falls outside. */
const DEVIATIONS = 3.3;

/** Expects `hits` of `trials` to be what independent draws with `share` give. */
export function expectBinomial(hits: number, trials: number, share: number): void {
  const sd = Math.sqrt(trials * share * (1 - share));
  expect(hits).toBeGreaterThan(trials * share - DEVIATIONS * sd);
  expect(hits).toBeLessThan(trials * share + DEVIATIONS * sd);
}
