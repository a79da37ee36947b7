/** One file made wrong, or at least different, in one line. */
export interface Mutation {
  /** Its kind, as in the table below. */
  readonly kind: string;
  readonly text: string;
  /** Where: from 1. */
  readonly line: number;
  /** The line before and after, for a failure's message. */
  readonly was: string;
  readonly is: string;
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
export function uniformFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Edit = (line: string, pick: <T>(from: readonly T[]) => T) => string;

const VALUE = /(:\s+|-\s+|[[{,]\s*)([^\s:,[\]{}"'#][^,[\]{}#\n]*?|"[^"]*")(?=\s*(?:[,\]}#]|$))/;
const KEY = /^(\s*(?:- )?)([A-Za-z][\w-]*)(?=:)/;
const TOKENS = /[\w./-]+/g;

const replaceValue =
  (...values: readonly string[]): Edit =>
  (line, pick) =>
    line.replace(VALUE, (_, before: string) => `${before}${pick(values)}`);
const replaceKey =
  (...keys: readonly string[]): Edit =>
  (line, pick) =>
    line.replace(KEY, (_, before: string) => `${before}${pick(keys)}`);

/** What can happen to a line; each that leaves it as it was is no mutation. */
const EDITS: Readonly<Record<string, Edit>> = {
  delete: () => '',
  duplicate: (line) => `${line}\n${line}`,
  'swap tokens': (line) => {
    const tokens = line.match(TOKENS) ?? [];
    if (tokens.length < 2) return line;
    let n = 0;
    return line.replace(TOKENS, () => tokens[tokens.length - ++n]!);
  },
  'wrong type': replaceValue('[]', '{}', 'true', '"text"', '7', '[1, {a: b}]', 'null', '~', '2001-12-14'),
  'huge number': replaceValue(
    '99999999999999999999',
    '1e308',
    '-1',
    '0',
    '1e-300',
    '4294967296',
    '999999999s',
    '1e400/s',
  ),
  'not a number': replaceValue('.nan', 'NaN', '.inf', '-.inf', 'Infinity', '0x10', '0o7', '1_000'),
  prototype: replaceValue('__proto__', 'constructor', 'toString', 'hasOwnProperty', '{__proto__: {a: 1}}'),
  'prototype key': replaceKey('__proto__', 'constructor', 'toString', 'valueOf'),
  'misspelt key': (line) => line.replace(KEY, (_, before: string, key: string) => `${before}${key.slice(1)}x`),
  'key in capitals': (line) => line.replace(KEY, (_, before: string, key: string) => `${before}${key.toUpperCase()}`),
  tab: (line) => line.replace(/^ {2}/, '\t'),
  'tab within': (line) => line.replace(': ', ':\t'),
  indent: (line) => ` ${line}`,
  outdent: (line) => line.replace(/^ {2}/, ''),
  binary: (line, pick) => line + pick(['\0', '\u001b[2J', '\u202e', '\ufffe', '\u0085', '\ud800']),
  'end of file': (line) => line.slice(0, Math.floor(line.length / 2)),
  'open bracket': (line, pick) =>
    line + pick(['[', '{', '"', "'", '|', '>', '&a', '*a', '!!binary x', '? ', '%YAML 9']),
  'long text': replaceValue('x'.repeat(20_000), '[['.repeat(2_000), `a${'.a'.repeat(3_000)}`, '('.repeat(500)),
  'other unit': (line, pick) =>
    line.replace(/(\d)(ms|s|%|kB|\/s)/, (_, n: string) => `${n}${pick(['', ' ', 'x', 'm/s', '%%'])}`),
  alias: (line, pick) =>
    line.replace(VALUE, (_, before: string) => `${before}${pick(['*unknown', '&x *x', '&a [*a]', '<<'])}`),
};

export const KINDS: readonly string[] = Object.keys(EDITS);

/** The nth mutation of a text: its kind goes round, the line and the rest are drawn. Null: no line can be so mutated. */
export function mutate(text: string, n: number): Mutation | null {
  const uniform = uniformFrom(n);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(uniform() * from.length)]!;
  const lines = text.trimEnd().split('\n');
  const kind = KINDS[n % KINDS.length]!;
  const first = Math.floor(uniform() * lines.length);
  for (let i = 0; i < lines.length; i++) {
    const at = (first + i) % lines.length;
    const was = lines[at]!;
    const is = EDITS[kind]!(was, pick);
    if (is === was) continue;
    const rest = kind === 'end of file' ? [] : lines.slice(at + 1);
    const kept = kind === 'delete' ? [] : [is];
    return { kind, line: at + 1, was, is, text: `${[...lines.slice(0, at), ...kept, ...rest].join('\n')}\n` };
  }
  return null;
}
