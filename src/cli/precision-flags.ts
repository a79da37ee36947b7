import { PRECISE_METRICS, type PreciseMetric, type PrecisionTarget, type StoppingRule } from '../analysis/index.js';
import { UsageError } from './usage.js';

/** With fewer, runs stop too often for an interval that is too narrow by luck: `npm run test:long`. */
const LEAST = 20;
const MOST = 1000;
const LIMIT = 10_000;

const TARGET = /^([a-z0-9]+)=(\d+(?:\.\d+)?)(%|pp|ms|us|s)$/;
const IN_MS: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1000 };

/** Reads `--precision p99=1%,success=0.1pp` and `--max-replications`; null: nobody asks for precision. Throws UsageError. */
export function precisionAsked(
  precision: readonly string[] | undefined,
  maxReplications: string | undefined,
): Pick<StoppingRule, 'targets' | 'most'> | null {
  if (precision === undefined) {
    if (maxReplications === undefined) return null;
    throw new UsageError('--max-replications bounds --precision: give both, or --replications for a fixed number');
  }
  return { targets: targetsAsked(precision), most: mostReplications(maxReplications, MOST) };
}

/** Reads `p99=1%,success=0.1pp`. Throws UsageError. */
export function targetsAsked(precision: readonly string[]): readonly PrecisionTarget[] {
  return precision.flatMap((written) => written.split(',')).map((each) => targetOf(each.trim()));
}

/** Reads `--max-replications`; throws UsageError. */
export function mostReplications(written: string | undefined, otherwise: number): number {
  return written === undefined ? otherwise : countOf(written);
}

/** At least as many replications are played as the scenario says. */
export function stoppingRule(asked: Pick<StoppingRule, 'targets' | 'most'>, replications: number): StoppingRule {
  return { ...asked, least: Math.min(asked.most, Math.max(LEAST, replications)) };
}

function countOf(written: string): number {
  const count = Number(written);
  if (Number.isInteger(count) && count >= 2 && count <= LIMIT) return count;
  throw new UsageError(`--max-replications ${written}: write a whole number from 2 to ${LIMIT}`);
}

function targetOf(written: string): PrecisionTarget {
  const [, metric, amount, unit] = TARGET.exec(written) ?? [];
  const value = Number(amount);
  if (metric === undefined || !isMetric(metric) || value === 0) throw refusalOf(written);
  if (unit === '%') return { metric, half: value / 100, unit: 'relative' };
  if (metric === 'success') {
    if (unit === 'pp') return { metric, half: value / 100, unit: 'ratio' };
  } else if (unit !== 'pp') return { metric, half: value * IN_MS[unit!]!, unit: 'ms' };
  throw refusalOf(written);
}

function isMetric(text: string): text is PreciseMetric {
  return (PRECISE_METRICS as readonly string[]).includes(text);
}

function refusalOf(written: string): UsageError {
  const metrics = PRECISE_METRICS.join(', ');
  return new UsageError(
    `--precision ${written}: write half of an interval, such as p99=1%, mean=2ms or success=0.1pp; of ${metrics}`,
  );
}
