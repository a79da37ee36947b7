import fc from 'fast-check';
import { test } from 'vitest';
import type { Node, Pair, Scalar } from 'yaml';
import { isMap, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { loadFiles } from '../manifests/support.js';
import { corpusFiles, corpusText, withCorpus } from './corpus.js';

/** A value that can be replaced, a whole mapping or list too. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly path: string;
  /** Of the value, of its key and of all that holds it, from 1. */
  readonly lines: readonly number[];
}

const HOSTILE = [
  '{}',
  '[]',
  'null',
  '-1',
  '0',
  '1e999',
  '.nan',
  '99999999999999999999',
  '"\\0"',
  '__proto__',
  '{ __proto__: { x: 1 } }',
  'constructor',
  '"0s"',
  'true',
  '"(?=a)"',
  `"${'a'.repeat(2000)}"`,
  '[[[[]]]]',
];

/**
 * Fields that others are checked against: what a change makes wrong stands elsewhere in the same resource. Labels and
 * selector must match; without a gateway the host `*` is refused.
 */
const REACHES_OUT =
  /labels|matchLabels|template\.metadata$|gateways|protocol|kind|apiVersion|resolution|type|clusterIP/;

function partsOf(text: string): readonly Part[] {
  const counter = new LineCounter();
  const parts: Part[] = [];
  const line = (node: Node | null) => counter.linePos(node?.range?.[0] ?? 0).line;
  const walk = (node: Node | null, path: string, lines: readonly number[]): void => {
    if (node?.range && path !== '') {
      parts.push({ from: node.range[0], to: node.range[1], path, lines: [...lines, line(node)] });
    }
    if (isSeq(node)) {
      for (const [i, item] of node.items.entries()) walk(item as Node, `${path}[${i}]`, [...lines, line(item as Node)]);
    } else if (isMap(node)) {
      for (const { key, value } of node.items as Pair<Scalar, Node>[]) {
        walk(value, `${path}.${key.value}`, [...lines, line(node), line(key)]);
      }
    }
  };
  for (const document of parseAllDocuments(text, { lineCounter: counter }))
    walk(document.contents as Node | null, '', []);
  return parts;
}

withCorpus(() => {
  const files = [...corpusFiles('istio'), ...corpusFiles('online-boutique')];
  const texts = files.map(corpusText).filter((text) => partsOf(text).length > 0);

  test('a hostile value anywhere never throws, and what is refused for it is refused there', () => {
    const mutation = fc.record({ file: fc.nat(), part: fc.nat(), value: fc.constantFrom(...HOSTILE) });
    fc.assert(
      fc.property(mutation, ({ file, part, value }) => {
        const text = texts[file % texts.length]!;
        const parts = partsOf(text);
        const { from, to, path, lines } = parts[part % parts.length]!;
        const end = text[to - 1] === '\n' ? '\n' : ''; // a block ends with its line
        const mutated = `${text.slice(0, from)}${value}${end}${text.slice(to)}`;
        const refused = loadFiles({ 'mutated.yaml': mutated }).diagnostics.filter(({ refuses }) => refuses);
        const elsewhere = refused.filter(({ line }) => !lines.includes(line));
        if (elsewhere.length === 0 || REACHES_OUT.test(path)) return;
        const found = elsewhere.map(({ line, message }) => `${line}: ${message}`).join('; ');
        throw new Error(`${path} = ${value} in line ${lines.at(-1)}, but refused: ${found}`);
      }),
      { seed: 20_261_122, numRuns: 3000 },
    );
  });
});
