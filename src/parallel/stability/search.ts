import type { ReplicationBracket } from '../../analysis/index.js';

/** What is known of a factor: `unknown` where replications disagree, or the time did not suffice. */
export type Outcome = 'recovers' | 'fails' | 'unknown';

/** Powers of two below and above 1, which is what is written. */
export interface SearchRange {
  readonly least: number;
  readonly greatest: number;
}

/** Null: not within the range. */
export interface Found {
  readonly recoversUpTo: number | null;
  readonly failsFrom: number | null;
}

/** The ends of what is found lie no further apart than this where every probe is decided. */
const RESOLUTION = 1.05;

/** Null: it was interrupted. `isLong`: for long enough to see a mesh recover that is slow to, close to the threshold. */
export type AskOutcome = (factor: number, isLong: boolean) => Promise<Outcome | null>;

/**
 * Looks for the factor from which on a mesh no longer recovers, taking for granted that more is never better: from what is
 * written by doubling and halving until it lies between two, then in their geometric middle, once for each end of what is
 * unknown. What then seems to fail first is asked for once more, at length. Null when `ask` gives null.
 */
export async function searchThreshold(range: SearchRange, ask: AskOutcome): Promise<Found | null> {
  const known = new Map<number, Outcome>();
  const askedLong = new Set<number>();
  for (;;) {
    const next = known.size === 0 ? 1 : nextFactor(known, range);
    const factor = next ?? sides(known, mayRecover).above;
    if (factor === null || askedLong.has(factor)) break;
    if (next === null) askedLong.add(factor);
    const outcome = await ask(factor, next === null);
    if (outcome === null) return null;
    known.set(factor, outcome);
  }
  return { recoversUpTo: sides(known, recovers).below, failsFrom: sides(known, mayRecover).above };
}

/** What the outcomes of one replication say of its own threshold; null: it has not turned. */
export function bracketOf(known: ReadonlyMap<number, Outcome>): ReplicationBracket | null {
  const recoversUpTo = sides(known, recovers).below;
  const failsFrom = sides(known, mayRecover).above;
  return recoversUpTo === null || failsFrom === null ? null : { recoversUpTo, failsFrom };
}

/** Null: nothing is left to be known. */
function nextFactor(known: ReadonlyMap<number, Outcome>, { least, greatest }: SearchRange): number | null {
  const factors = [...known.keys()];
  const [low, high] = [Math.min(...factors), Math.max(...factors)];
  if (sides(known, mayRecover).above === null && high < greatest) return 2 * high;
  if (sides(known, recovers).below === null && low > least) return low / 2;
  for (const isBelow of [recovers, mayRecover]) {
    const { below, above } = sides(known, isBelow);
    if (below !== null && above !== null && above > RESOLUTION * below) return Math.sqrt(below * above);
  }
  return null;
}

const recovers = (outcome: Outcome) => outcome === 'recovers';
const mayRecover = (outcome: Outcome) => outcome !== 'fails';

/** The least factor that is not below the boundary, and the greatest under that one which is. */
function sides(known: ReadonlyMap<number, Outcome>, isBelow: (outcome: Outcome) => boolean) {
  const all = [...known];
  const above = Math.min(...all.filter(([, outcome]) => !isBelow(outcome)).map(([factor]) => factor));
  const below = Math.max(
    ...all.filter(([factor, outcome]) => isBelow(outcome) && factor < above).map(([factor]) => factor),
  );
  return { below: below === -Infinity ? null : below, above: above === Infinity ? null : above };
}
