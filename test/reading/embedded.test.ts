import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/index.js';
import { readDocuments, readEmbedded } from '../../src/reading/index.js';

/** Reads `mesh` of a text as a document and asks it for a duration; all findings as `line:column code`. */
function read(text: string) {
  const diagnostics = new Diagnostics();
  const [root] = readDocuments({ file: 'f.yaml', text }, diagnostics);
  const section = readEmbedded(root!.section('data')!.value('mesh')!, (key) => key === 'count');
  section?.durationMs('t');
  return { section, found: diagnostics.sorted().map((d) => `${d.line}:${d.column} ${d.code}`) };
}

const TEXTS: { what: string; text: string; found: string[] }[] = [
  { what: 'a literal block', text: 'data:\n  mesh: |-\n    a: 1\n    t: x\n', found: ['4:5 bad-duration'] },
  { what: 'a block after blank lines', text: 'data:\n  mesh: |\n\n\n    t: x\n', found: ['5:5 bad-duration'] },
  { what: 'a block with CRLF', text: 'data:\r\n  mesh: |\r\n    a: 1\r\n    t: x\r\n', found: ['4:5 bad-duration'] },
  { what: 'a nested key', text: 'data:\n  mesh: |\n    t:\n      t: x\n', found: ['3:5 bad-type'] },
  { what: 'a text in quotes', text: 'data:\n  mesh: "a: 1\\nt: x"\n', found: ['2:9 bad-duration'] },
  { what: 'broken YAML', text: 'data:\n  mesh: |\n    a: 1\n    b: [\n', found: ['5:5 yaml-syntax'] },
  { what: 'a key twice', text: 'data:\n  mesh: |\n    a: 1\n    a: 2\n', found: ['4:5 duplicate-key'] },
  { what: 'a list', text: 'data:\n  mesh: |\n    - a\n', found: ['3:5 not-a-mapping'] },
  { what: 'several documents', text: 'data:\n  mesh: |\n    a: 1\n    ---\n    b: 1\n', found: ['2:3 yaml-syntax'] },
  { what: 'no text', text: 'data:\n  mesh: {}\n', found: ['2:3 bad-type'] },
  { what: 'nothing', text: 'data:\n  mesh: ""\n', found: [] },
];

test.each(TEXTS)('findings in $what stand where it is written', ({ text, found }) => {
  expect(read(text).found).toEqual(found);
});

test('paths begin with that of the text', () => {
  expect(read('data:\n  mesh: |\n    a: {b: 1}\n').section!.section('a')!.path).toBe('data.mesh.a');
});

// Protobuf's JSON has 64-bit numbers in quotes, and reads others so too.
test.each([
  ['5', 5],
  ['"5"', 5],
  ['"-5"', -5],
  ['"five"', 'five'],
  ['"5.5"', '5.5'],
])('a whole number in quotes is one where the key says so: %s', (written, found) => {
  const { section } = read(`data:\n  mesh: |\n    count: ${written}\n    other: "5"\n`);
  expect([section!.raw('count'), section!.raw('other')]).toEqual([found, '5']);
});
