import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/index.js';
import type { Section } from '../../src/reading/index.js';
import { readDocuments } from '../../src/reading/index.js';

function open(text: string) {
  const diagnostics = new Diagnostics();
  const [root] = readDocuments({ file: 'f.yaml', text }, diagnostics);
  const found = () => diagnostics.sorted().map((d) => `${d.line}:${d.column} ${d.code}`);
  return { root: root!, diagnostics, found };
}

type Read = (root: Section) => unknown;
const READS: { text: string; read: Read; gives: unknown; found?: string[] }[] = [
  { text: 'x: abc', read: (s) => s.text('x'), gives: 'abc' },
  { text: 'x: "1"', read: (s) => s.text('x'), gives: '1' },
  { text: 'y: 1', read: (s) => s.text('x'), gives: null },
  { text: 'x:', read: (s) => s.text('x'), gives: null },
  { text: '  x: 1', read: (s) => s.text('x'), gives: null, found: ['1:3 bad-type'] },
  { text: 'x: {}', read: (s) => s.text('x'), gives: null, found: ['1:1 bad-type'] },
  { text: 'x: 1.5', read: (s) => s.number('x'), gives: 1.5 },
  { text: 'x: .nan', read: (s) => s.number('x'), gives: null, found: ['1:1 bad-type'] },
  { text: 'x: -.inf', read: (s) => s.number('x'), gives: null, found: ['1:1 bad-type'] },
  { text: 'x: "1"', read: (s) => s.number('x'), gives: null, found: ['1:1 bad-type'] },
  { text: 'x: 0', read: (s) => s.count('x'), gives: 0 },
  { text: 'x: -1', read: (s) => s.count('x'), gives: null, found: ['1:1 bad-type'] },
  { text: 'x: 1.5', read: (s) => s.count('x'), gives: null, found: ['1:1 bad-type'] },
  { text: 'x: 1e300', read: (s) => s.count('x'), gives: null, found: ['1:1 bad-type'] },
  { text: 'x: false', read: (s) => s.flag('x'), gives: false },
  { text: 'x: yes', read: (s) => s.flag('x'), gives: true },
  { text: 'x: "yes"', read: (s) => s.flag('x'), gives: null, found: ['1:1 bad-type'] },
  { text: 'x: 1m30s', read: (s) => s.durationMs('x'), gives: 90_000 },
  { text: 'x: 0', read: (s) => s.durationMs('x'), gives: 0 },
  { text: 'x: 2 seconds', read: (s) => s.durationMs('x'), gives: null, found: ['1:1 bad-duration'] },
  { text: 'x: 5', read: (s) => s.durationMs('x'), gives: null, found: ['1:1 bad-duration'] },
  { text: 'x: -5s', read: (s) => s.durationMs('x'), gives: null, found: ['1:1 bad-duration'] },
  { text: 'x: [a, 1, b]', read: (s) => s.texts('x'), gives: ['a', 'b'], found: ['1:8 bad-type'] },
  { text: 'x: a', read: (s) => s.texts('x'), gives: [], found: ['1:1 bad-type'] },
  {
    text: 'x:\n- {a: 1}\n- 7\n- \n',
    read: (s) => s.list('x').length,
    gives: 1,
    found: ['3:3 bad-type', '4:3 bad-type'],
  },
  { text: 'x: [1]', read: (s) => s.section('x'), gives: null, found: ['1:1 bad-type'] },
  { text: 'x: {a: b, c: 1}', read: (s) => s.labels('x'), gives: { a: 'b' }, found: ['1:11 bad-type'] },
  { text: 'a: &a\n  b: 1\nx: *a', read: (s) => s.section('x')!.text('b'), gives: null, found: ['2:3 bad-type'] },
];

test.each(READS)('$text gives $gives', ({ text, read, gives, found = [] }) => {
  const opened = open(text);
  expect(read(opened.root)).toEqual(gives);
  expect(opened.found()).toEqual(found);
});

test('places and paths are those of the text', () => {
  const { root } = open('spec:\n  http:\n  - route: []\n    timeout: 1s\n  labels: {"a.b/c": x}\n');
  const http = root.section('spec')!.list('http')[0]!;
  expect(http.path).toBe('spec.http[0]');
  expect(http.at()).toEqual({ file: 'f.yaml', line: 3, column: 5 });
  expect(http.at('timeout')).toEqual({ file: 'f.yaml', line: 4, column: 5 });
  expect(http.at('absent')).toEqual(http.at());
  expect(root.section('spec')!.section('labels')!.value('a.b/c')!.path).toBe('spec.labels["a.b/c"]');
});

test('account reports unknown keys with what was probably meant, and what is not modelled', () => {
  const { root, diagnostics } = open('timeot: 1s\nretries: 1\nname: x\ntoString: 1\n');
  root.about({ kind: 'K', namespace: 'n', name: 'x' }).account({
    timeout: 'modelled',
    retries: 'not-modelled',
    name: 'no-effect',
  });
  expect(diagnostics.sorted()).toMatchObject([
    { line: 1, code: 'unknown-field', refuses: true, help: 'did you mean "timeout"?', resource: { kind: 'K' } },
    { line: 2, code: 'not-modelled', severity: 'info', refuses: false },
    { line: 4, code: 'unknown-field' },
  ]);
});

test('children speak about the resource of their root', () => {
  const { root, diagnostics } = open('spec: {list: [{a: 1}]}');
  const resource = { kind: 'K', namespace: '', name: 'x' };
  root.about(resource).section('spec')!.list('list')[0]!.text('a');
  expect(diagnostics.sorted()[0]!.resource).toEqual(resource);
});

test('an entry may be a text or a mapping', () => {
  const { root } = open('steps: [500ms, {cpu: 1ms}, 0o7]');
  const entries = root.values('steps');
  expect(entries.map((entry) => entry.kind)).toEqual(['scalar', 'mapping', 'scalar']);
  expect(entries.map((entry) => entry.written)).toEqual(['500ms', 'a mapping', '0o7']);
  expect(entries.map((entry) => entry.place.column)).toEqual([9, 16, 28]);
});
