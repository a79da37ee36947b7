import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences, joinPath } from '../../src/reading/index.js';

const at = (path: readonly (string | number)[]) => path.reduce<string>(joinPath, '');

const CASES = [
  { what: 'the same', before: { a: 1, b: [{ c: 2 }] }, after: { b: [{ c: 2 }], a: 1 }, found: [] },
  { what: 'a value', before: { a: { b: 1 } }, after: { a: { b: 2 } }, found: [['a.b', 1, 2]] },
  { what: 'a field that came', before: { a: {} }, after: { a: { b: '1s' } }, found: [['a.b', undefined, '1s']] },
  { what: 'a field that went', before: { a: { b: 1 } }, after: { a: {} }, found: [['a.b', 1, undefined]] },
  { what: 'another type', before: { a: [1] }, after: { a: { b: 1 } }, found: [['a', [1], { b: 1 }]] },
  { what: 'null for nothing', before: { a: null }, after: {}, found: [['a', null, undefined]] },
  {
    what: 'within an entry',
    before: { l: [{ t: 1 }, { t: 2 }] },
    after: { l: [{ t: 1 }, { t: 3 }] },
    found: [['l[1].t', 2, 3]],
  },
  { what: 'an entry put in front', before: { l: ['b'] }, after: { l: ['a', 'b'] }, found: [['l[0]', undefined, 'a']] },
  {
    what: 'an entry taken from the end',
    before: { l: ['a', 'b'] },
    after: { l: ['a'] },
    found: [['l[1]', 'b', undefined]],
  },
  {
    what: 'two entries that came together',
    before: { l: ['a'] },
    after: { l: ['b', 'c', 'a'] },
    found: [['l[0]', undefined, ['b', 'c']]],
  },
  {
    what: 'entries here and there',
    before: { l: ['a', 'b'] },
    after: { l: ['c', 'a', 'd', 'b'] },
    found: [['l', ['a', 'b'], ['c', 'a', 'd', 'b']]],
  },
  {
    what: 'weights, which are shares of one whole',
    before: { route: [{ weight: 90 }, { weight: 10 }] },
    after: { route: [{ weight: 80 }, { weight: 20 }] },
    found: [['route', [{ weight: 90 }, { weight: 10 }], [{ weight: 80 }, { weight: 20 }]]],
  },
  {
    what: 'entries of other names',
    before: { l: [{ name: 'a', t: 1 }] },
    after: { l: [{ name: 'b', t: 1 }] },
    found: [['l', [{ name: 'a', t: 1 }], [{ name: 'b', t: 1 }]]],
  },
];

test.each(CASES)('$what', ({ before, after, found }) => {
  expect(differences(before, after).map(({ path, before: was, after: is }) => [at(path), was, is])).toEqual(found);
});

/** What applying a difference makes of a value. */
function put(holder: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(holder)) return holder.map((entry, i) => (i === step ? put(entry, rest, value) : entry));
  const { [step]: own, ...others } = holder as Record<string, unknown>;
  const next = put(own, rest, value);
  return next === undefined ? others : { ...others, [step]: next };
}

test('all differences together make the one of the other', () => {
  const json = fc
    .jsonValue({ maxDepth: 4 })
    .filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
  fc.assert(
    fc.property(json, json, (before, after) => {
      const made = differences(before, after).reduce<unknown>(
        (value, { whole }) => put(value, whole.path, whole.after),
        before,
      );
      expect(differences(made, after)).toEqual([]);
    }),
    { seed: 20260101, numRuns: 500 },
  );
});
