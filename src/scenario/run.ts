import type { Section } from '../reading/index.js';
import { countIn, durationMsIn } from './field-readers.js';
import { FIELDS } from './fields.js';
import type { RunSpec } from './types.js';

const MINUTE_MS = 60_000;
const DEFAULTS = {
  durationMs: 10 * MINUTE_MS,
  warmupMs: 30_000,
  isWarmupWritten: false,
  drainMs: 30_000,
  seed: 1,
  replications: 5,
  maxInFlight: 1_000_000,
} as const satisfies RunSpec;

/** Reads `spec.run`, defaults filled in. `lastReplayMs`: the last time that is replayed, which is how long to run. */
export function runOf(section: Section | null, lastReplayMs: number | null): RunSpec {
  const durationMs = lastReplayMs !== null && lastReplayMs > 0 ? lastReplayMs : DEFAULTS.durationMs;
  if (section === null) return { ...DEFAULTS, durationMs };
  section.account(FIELDS.run);
  const run = {
    durationMs: durationMsIn(section, 'duration', durationMs),
    warmupMs: durationMsIn(section, 'warmup', DEFAULTS.warmupMs),
    isWarmupWritten: section.has('warmup'),
    drainMs: durationMsIn(section, 'drain', DEFAULTS.drainMs),
    seed: countIn(section, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER }, DEFAULTS.seed),
    replications: countIn(section, 'replications', { min: 1, max: 10_000 }, DEFAULTS.replications),
    maxInFlight: countIn(section, 'maxInFlight', { min: 1, max: 100_000_000 }, DEFAULTS.maxInFlight),
  };
  if (run.durationMs === 0) section.refuse('out-of-range', 'the duration is 0', 'write one such as 10m', 'duration');
  return run;
}
