import { claimWay } from '../claims.js';
import type { HttpMatch, StringMatch } from '../routes.js';
import { visible } from './words.js';

/** A settled match in words: `path starts with /api and header end-user is jason`. */
export function matchText(match: HttpMatch): string {
  const caseText = match.ignoreUriCase ? ' in any case' : '';
  const conditions = [
    ...(match.uri === null ? [] : [`path ${textOf(match.uri)}${caseText}`]),
    ...(match.method === null ? [] : [`method ${textOf(match.method)}`]),
    ...(match.authority === null ? [] : [`authority ${textOf(match.authority)}`]),
    ...(match.scheme === null ? [] : [`scheme ${textOf(match.scheme)}`]),
    ...named('header', match.headers, textOf),
    ...named('header', match.withoutHeaders, negatedText),
    ...named('query parameter', match.queryParams, textOf),
  ];
  return conditions.length > 0 ? conditions.join(' and ') : 'every request';
}

function named(
  what: string,
  matches: Readonly<Record<string, StringMatch>>,
  words: (match: StringMatch) => string,
): readonly string[] {
  return Object.entries(matches).map(([name, match]) => {
    const subject = claimWay(name) === null ? `${what} ${visible(name)}` : visible(name);
    return `${subject} ${words(match)}`;
  });
}

/** `is jason`, `starts with /api`, `is present`. */
export function textOf(match: StringMatch): string {
  if (match.kind === 'present') return 'is present';
  const value = match.value === '' ? "''" : visible(match.value);
  if (match.kind === 'exact') return `is ${value}`;
  return match.kind === 'prefix' ? `starts with ${value}` : `matches ${value}`;
}

/** `is not jason`, `is absent`. */
export function negatedText(match: StringMatch): string {
  if (match.kind === 'present') return 'is absent';
  const value = match.value === '' ? "''" : visible(match.value);
  if (match.kind === 'exact') return `is not ${value}`;
  return match.kind === 'prefix' ? `does not start with ${value}` : `does not match ${value}`;
}
