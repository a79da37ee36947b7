import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/index.js';
import { readSources } from '../../src/reading/files.node.js';

const base = mkdtempSync(join(tmpdir(), 'drymesh-reading-'));
afterAll(() => rmSync(base, { recursive: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(join(base, path, '..'), { recursive: true });
  writeFileSync(join(base, path), content);
}

function read(...paths: string[]) {
  const diagnostics = new Diagnostics();
  const sources = readSources(paths, { base, stdin: () => 'from: stdin' }, diagnostics);
  return { sources, found: diagnostics.sorted().map((d) => `${d.file} ${d.code}`) };
}

test('a folder gives its own YAML and JSON files by code unit of their names', () => {
  for (const name of ['b.yaml', 'B.yml', 'a.json', 'ä.yaml', 'notes.txt', 'below/c.yaml']) write(`m/${name}`, name);
  const { sources, found } = read('m');
  expect(sources.map(({ file }) => file)).toEqual(['m/B.yml', 'm/a.json', 'm/b.yaml', 'm/ä.yaml']);
  expect(sources[1]!.text).toBe('a.json');
  expect(found).toEqual([]);
});

test('files keep the order given, and - is standard input', () => {
  write('z.yaml', 'z');
  write('a.txt', 'a');
  const { sources } = read('z.yaml', '-', './a.txt');
  expect(sources).toEqual([
    { file: 'z.yaml', text: 'z' },
    { file: '-', text: 'from: stdin' },
    { file: 'a.txt', text: 'a' },
  ]);
});

test('what is missing or binary is reported, and the rest is read', () => {
  write('bin.yaml', new Uint8Array([0, 1, 2]));
  write('ok.yaml', 'a: 1');
  const { sources, found } = read('missing/', 'bin.yaml', 'ok.yaml');
  expect(sources.map(({ file }) => file)).toEqual(['ok.yaml']);
  expect(found).toEqual(['bin.yaml binary-file', 'missing unreadable']);
});
