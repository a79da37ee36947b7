import { expect, test } from 'vitest';
import { MISTAKES } from './mistakes.js';
import { filesOf, load, loadSpec, loadTraffic } from './support.js';

const HEADS = [
  { text: '', found: ['1:1 no-scenario!'] },
  { text: 'kind: Scenario\nmetadata: {name: s}\nspec: {}', found: ['1:1 missing-field!'] },
  {
    text: 'apiVersion: drymesh.dev/v2\nkind: Scenari\nmetadata: {name: s}\nspec: {}',
    found: ['1:1 unknown-word!', '2:1 unknown-word!'],
  },
  { text: 'apiVersion: drymesh.dev/v1\nkind: Scenario\nspec: {}', found: ['1:1 missing-field!'] },
  { text: 'apiVersion: drymesh.dev/v1\nkind: Scenario\nmetadata: {}\nspec: {}', found: ['3:11 missing-field!'] },
  { text: 'apiVersion: drymesh.dev/v1\nkind: Scenario\nmetadata: {name: ../x}\nspec: {}', found: ['3:12 bad-name!'] },
  { text: 'apiVersion: drymesh.dev/v1\nkind: Scenario\nmetadata: {name: s}', found: ['1:1 missing-field!'] },
  {
    text: 'apiVersion: drymesh.dev/v1\nkind: Scenario\nmetadata: {name: s}\nspec: {}\n---\na: 1',
    found: ['6:1 several-documents!'],
  },
  { text: 'a: [', found: ['1:5 yaml-syntax!'] },
];

test.each(HEADS)('document %#: $found', ({ text, found }) => {
  expect(load(text).found).toEqual(found);
  expect(load(text).scenario).toBeNull();
});

test.each(MISTAKES)('$written: $found', ({ text, found }) => {
  expect(load(text).found).toEqual(found);
});

test('what can become of a call that failed: the words, and those that are listed for another', () => {
  const written = (word: string) =>
    loadSpec(`spec: {workloads: {a: {endpoints: [{steps: [{call: {to: "http://b/", onFailure: ${word}}}]}]}}}`);
  for (const word of ['fail', 'ignore', 'forward']) {
    expect(written(word).scenario!.behaviours[0]!.endpoints![0]!.steps[0]).toMatchObject({ onFailure: word });
  }
  expect(written('propagate').diagnostics.map(({ help }) => help)).toEqual(['one of fail, ignore, forward']);
  expect(written('forwarded').diagnostics.map(({ help }) => help)).toEqual(['did you mean "forward"?']);
});

test('two sources with one name', () => {
  const source = '{name: t, from: outside, rate: 1/s, to: "http://a/"}';
  expect(loadSpec(`spec:\n  traffic:\n  - ${source}\n  - ${source}\n`).found).toEqual(['7:6 duplicate-name!']);
});

const REPLAYS = [
  { csv: '', message: 'has no rows' },
  { csv: 'seconds,request\n', message: 'has no rows' },
  { csv: 'seconds,request\n1,a\n0.5,a\n', message: 'r.csv:3: ' },
  { csv: '1,b\n', message: 'r.csv:1: ' },
  { csv: 'soon,a\n', message: 'r.csv:1: ' },
  { csv: '1\n', message: 'r.csv:1: ' },
  { csv: 'NaN,a\n', message: 'r.csv:1: ' },
  { csv: '1e300,a\n', message: 'r.csv:1: ' },
];
const REPLAYED = 'name: t, from: outside, replay: r.csv, requests: [{name: a, to: "http://a/"}]';

test.each(REPLAYS)('replay of $csv', ({ csv, message }) => {
  const { diagnostics, scenario } = loadTraffic(REPLAYED, filesOf({ 'r.csv': csv }));
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]!.message).toContain(message);
  expect(scenario).toBeNull();
});

test('a replay keeps negative times and gives the duration', () => {
  const csv = 'seconds,request\r\n-0.5,a\r\n0,a\n\n2.5,"a"\n';
  const { scenario, found } = loadTraffic(REPLAYED, filesOf({ 'r.csv': csv }));
  expect(found).toEqual([]);
  expect(scenario!.traffic[0]!.load).toEqual({ kind: 'replay', atMs: [-500, 0, 2500], request: [0, 0, 0] });
  expect(scenario!.run.durationMs).toBe(2500);
});

test('an empirical distribution from a file', () => {
  const assets = filesOf({ 'd.csv': 'latency\n5\n1.5ms\n2s,ignored\n', 'bad.csv': '1\nx\n' });
  const scenario = loadSpec('spec: {network: {sameZone: {empirical: d.csv}}}', assets).scenario!;
  expect(scenario.network.sameZone).toEqual({ kind: 'empirical', valuesMs: [5, 1.5, 2000] });
  expect(loadSpec('spec: {network: {sameZone: {empirical: bad.csv}}}', assets).found).toEqual(['4:29 bad-csv!']);
});
