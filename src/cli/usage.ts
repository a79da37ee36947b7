import { closest } from '../reading/suggest.js';

/** What was typed makes no sense, or what it names cannot be had: told without a place in a file; exit code 2. */
export class UsageError extends Error {}

const MOST_LISTED = 20;

/** `there is no option "--sead"; did you mean --seed?`, or what there is when nothing is close. */
export function unknownWord(what: string, typed: string, known: readonly string[]): UsageError {
  const guess = closest(typed, known);
  const more = known.length > MOST_LISTED ? `, and ${known.length - MOST_LISTED} more` : '';
  const hint =
    guess === null ? `: there is ${known.slice(0, MOST_LISTED).join(', ')}${more}` : `; did you mean ${guess}?`;
  return new UsageError(`there is no ${what} ${JSON.stringify(typed)}${known.length === 0 ? '' : hint}`);
}
