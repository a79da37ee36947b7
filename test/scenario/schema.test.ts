import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { FIELDS } from '../../src/scenario/fields.js';
import { MISTAKES } from './mistakes.js';
import { load, loadSpec, WHOLE } from './support.js';

interface Definition {
  readonly title: string;
  readonly description: string;
  readonly properties?: Readonly<Record<string, { readonly description: string; readonly default?: unknown }>>;
}

const schema = JSON.parse(readFileSync('schema/scenario.schema.json', 'utf8'));
const definitions = schema.$defs as Readonly<Record<string, Definition>>;
const validate = new Ajv2020({ allowUnionTypes: true, strictRequired: false }).compile(schema);

function accepts(text: string): boolean {
  return validate(JSON.parse(JSON.stringify(parse(text))));
}

test('the schema takes what is loaded', () => {
  expect(accepts(WHOLE)).toBe(true);
  expect(validate.errors).toBeNull();
});

test("the schema's own example is loaded", () => {
  const text = stringify(schema.examples[0]);
  expect(load(text).found).toEqual([]);
  expect(accepts(text)).toBe(true);
});

/** What takes more than the shape of a document to see. */
const BEYOND_A_SCHEMA = new Set([
  'no-weight',
  'unknown-name',
  'duplicate-name',
  'too-many-steps',
  'bad-regex',
  'bad-distribution',
  'bad-address',
  'bad-method',
  'bad-zone',
  'unreadable',
  'out-of-range',
]);
const refusals = MISTAKES.filter(({ found }) => found.some((finding) => finding.endsWith('!')));
const seen = refusals.filter(({ found }) => !found.every((finding) => BEYOND_A_SCHEMA.has(finding.split(/[ !]/)[1]!)));

test.each(seen)('the schema refuses $written', ({ text }) => {
  expect(accepts(text)).toBe(false);
});

test.each(MISTAKES.filter(({ found }) => found.every((finding) => !finding.endsWith('!'))))(
  'the schema takes $written, which is no more than reported',
  ({ text }) => expect(accepts(text)).toBe(true),
);

test('the schema has the fields that are read, each described', () => {
  const { document, ...objects } = FIELDS;
  expect(Object.keys(schema.properties)).toEqual(Object.keys(document));
  for (const [name, fields] of Object.entries(objects)) {
    const properties = definitions[name]?.properties ?? {};
    expect(Object.keys(properties).sort(), name).toEqual(Object.keys(fields).sort());
    for (const { description } of Object.values(properties)) expect(description).toMatch(/\.$/);
  }
});

test.each(['platform', 'network', 'run', 'nodes'])(
  'the defaults of %s in the schema are those that are filled in',
  (name) => {
    const properties = Object.entries(definitions[name]!.properties!);
    const defaults = Object.fromEntries(
      properties.flatMap(([key, field]) => ('default' in field ? [[key, field.default]] : [])),
    );
    const spec = name === 'nodes' ? { platform: { nodes: defaults } } : { [name]: defaults };
    const written = loadSpec(`spec: ${JSON.stringify(spec)}`);
    expect(written.found).toEqual([]);
    const { run } = written.scenario!;
    const filledIn = { ...written.scenario, run: { ...run, isWarmupWritten: false } };
    expect(filledIn).toEqual(loadSpec('spec: {}').scenario);
  },
);

test('docs/scenario.md is what the schema says', () => {
  execFileSync(process.execPath, ['scripts/docs.mjs', '--check'], { stdio: 'pipe' });
});
