import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderJson } from '../../src/report/index.js';
import { lineOf, prepare, reportOf, SCENARIOS } from './shipped.js';

const NAMES = readdirSync(SCENARIOS).sort();
const SCHEMA = '# yaml-language-server: $schema=../../schema/scenario.schema.json\n';

test('five are shipped', () => {
  expect(NAMES).toEqual(['bookinfo', 'guide', 'online-shop', 'retry-storm', 'zone-outage']);
});

describe.each(NAMES)('%s', (name) => {
  const file = join(SCENARIOS, name, 'scenario.yaml');
  const text = readFileSync(file, 'utf8');

  test('is named after its folder and keeps to the schema that its first line names', () => {
    expect(text.startsWith(SCHEMA)).toBe(true);
    const schema = JSON.parse(readFileSync(join(SCENARIOS, '../schema/scenario.schema.json'), 'utf8'));
    const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
    const document = parse(text);
    validate(document);
    expect(validate.errors).toBeNull();
    expect(document.metadata.name).toBe(name);
    expect(document.spec.run.replications).toBeGreaterThanOrEqual(3);
  });

  test('is described in five lines that say how to run it', () => {
    const lines = readFileSync(join(SCENARIOS, name, 'README.md'), 'utf8')
      .split('\n')
      .filter(Boolean);
    expect(lines.length).toBe(5);
    expect(lines.join('\n')).toContain(`npx drymesh run scenarios/${name}\``);
  });

  test('has no error, knows what each workload does, and all that it uses is modelled', () => {
    const { blueprint, diagnostics } = prepare(name);
    expect(blueprint).not.toBeNull();
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(lineOf)).toEqual([]);
    const gaps = diagnostics.filter(({ code }) => code === 'not-modelled' || code === 'no-behaviour');
    expect(gaps.map(lineOf)).toEqual([]);
  });

  test('the same seed gives the same bytes, another seed others', async () => {
    const short = ['run.duration=5s', 'run.warmup=2s', 'run.replications=2'];
    const bytes = async (seed: number) =>
      renderJson(await reportOf(name, { settings: [...short, `run.seed=${seed}`] })).replace(/"seed": \d+/, '');
    const first = await bytes(7);
    expect(await bytes(7)).toBe(first);
    expect(await bytes(8)).not.toBe(first);
  });
});
