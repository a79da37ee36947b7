import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/index.js';
import { readDocuments } from '../../src/reading/index.js';

function read(text: string) {
  const diagnostics = new Diagnostics();
  const sections = readDocuments({ file: 'f.yaml', text }, diagnostics);
  const found = diagnostics.sorted().map((d) => `${d.line}:${d.column} ${d.code}${d.refuses ? ' refuses' : ''}`);
  return { found, values: sections.map((section) => section.raw()) };
}

const BOMB = Array.from({ length: 9 }, (_, i) =>
  i === 0 ? 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]' : `a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`,
).join('\n');

const GOOD = [
  { what: 'several documents', text: 'a: 1\n---\nb: 2\n', values: [{ a: 1 }, { b: 2 }] },
  { what: 'JSON indented with tabs', text: '{\n\t"a": [\n\t\t1\n\t]\n}', values: [{ a: [1] }] },
  { what: 'empty documents', text: '---\n---\n# nothing\n---\nnull\n---\na: 1\n', values: [{ a: 1 }] },
  { what: 'nothing at all', text: '', values: [] },
  { what: 'Windows line ends and a byte order mark', text: '\uFEFFa: 1\r\nb: 2\r\n', values: [{ a: 1, b: 2 }] },
  {
    what: 'a merge',
    text: 'a: &a {x: 1, y: 1}\nb: {<<: *a, y: 2}',
    values: [{ a: { x: 1, y: 1 }, b: { x: 1, y: 2 } }],
  },
  { what: 'a merge of a list', text: 'b: {<<: [{x: 1}, {x: 2, z: 3}]}', values: [{ b: { x: 1, z: 3 } }] },
  { what: 'a quoted <<', text: '"<<": 1', values: [{ '<<': 1 }] },
  {
    what: 'an anchor that is used again',
    text: 'a: &n 1\nb: *n\nc: &n 2\nd: *n',
    values: [{ a: 1, b: 1, c: 2, d: 2 }],
  },
  { what: 'keys that are no texts', text: '500: a\ntrue: b', values: [{ '500': 'a', true: 'b' }] },
  { what: 'the words of YAML 1.1', text: '%YAML 1.1\n---\na: yes\nb: 0o17', values: [{ a: 'yes', b: 15 }] },
  { what: 'dates', text: 'a: 2001-01-01', values: [{ a: '2001-01-01' }] },
  { what: 'a known tag', text: 'a: !!str 12', values: [{ a: '12' }] },
];

test.each(GOOD)('reads $what', ({ text, values }) => {
  expect(read(text)).toEqual({ found: [], values });
});

const BAD = [
  { what: 'a tab for indentation', text: 'a:\n\tb: 1\n', found: ['2:1 yaml-syntax refuses'] },
  { what: 'an open bracket', text: 'a: [1, 2\nb: 3\n', found: ['2:1 yaml-syntax refuses'] },
  { what: 'a duplicate key', text: 'a: 1\nb: 2\na: 3\n', found: ['3:1 duplicate-key refuses'] },
  { what: 'a duplicate key in quotes', text: '{5: 1, "5": 2}', found: ['1:8 duplicate-key refuses'] },
  { what: 'a list as root', text: '\n- a\n', found: ['2:1 not-a-mapping refuses'] },
  { what: 'a text as root', text: 'hello', found: ['1:1 not-a-mapping refuses'] },
  { what: 'an alias of nothing', text: 'a: *b', found: ['1:4 yaml-alias refuses'] },
  { what: 'an alias inside itself', text: 'a: &a [*a]', found: ['1:8 yaml-alias refuses'] },
  { what: 'a key that is a list', text: '? [a]\n: 1', found: ['1:3 yaml-key refuses'] },
  { what: 'an alias bomb', text: BOMB, found: ['5:45 yaml-alias-bomb refuses'] },
  { what: 'an unknown tag', text: 'a: !mine b', found: ['1:4 yaml-tag'] },
];

test.each(BAD)('reports $what where it stands', ({ text, found }) => {
  expect(read(text).found).toEqual(found);
});

test.each(['[', '{a: ', '- ', 'a: &a [*a, '])('refuses depth without end: %j', (opening) => {
  const { found, values } = read(`a: ${opening.repeat(5_000)}`);
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThan(50);
  expect(values).toEqual([]);
});

test('refuses 101 levels, reads 99', () => {
  const nested = (levels: number) => `a: ${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`;
  expect(read(nested(99)).found).toEqual([]);
  expect(read(nested(102)).found).toEqual(['1:103 yaml-too-deep refuses']);
});

test('a broken document leaves the others readable', () => {
  expect(read('a: 1\n---\nb: [\n---\nc: 2\n').values).toContainEqual({ a: 1 });
});

test('a key __proto__ is a key like any other', () => {
  const [value] = read('__proto__: {polluted: 1}').values as Record<string, unknown>[];
  expect(Object.keys(value!)).toEqual(['__proto__']);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test('a text that is too large is not parsed', () => {
  expect(read(`a: "${'x'.repeat(20_000_001)}"`).found).toEqual(['1:1 yaml-too-large refuses']);
});
