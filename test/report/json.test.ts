import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { compareKeys } from '../../src/report/canonical-json.js';
import { renderJson, renderLintJson } from '../../src/report/index.js';
import { sampleReport, trafficReport } from '../support/report.js';
import { emptyReport, hostileReport, idleReport, largeReport } from '../support/report-variants.js';

const REPORTS = {
  sample: sampleReport(),
  empty: emptyReport(),
  idle: idleReport(),
  hostile: hostileReport(),
  large: largeReport(200),
};

function schemaOf(name: string): AnySchemaObject {
  return JSON.parse(readFileSync(new URL(`../../schema/${name}.schema.json`, import.meta.url), 'utf8'));
}

/** The schema with every object closed: what it then accepts holds no member that it does not describe. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const isOpen = 'properties' in schema && !('additionalProperties' in schema);
  return { ...Object.fromEntries(members), ...(isOpen ? { additionalProperties: false } : {}) };
}

function errorsOf(schema: unknown, document: unknown): unknown {
  const validate = new Ajv2020({ allErrors: true }).compile(schema as AnySchemaObject);
  validate(document);
  return validate.errors ?? [];
}

describe('report.json', () => {
  test.each(Object.keys(REPORTS) as (keyof typeof REPORTS)[])('%s follows its schema, member for member', (name) => {
    const document = JSON.parse(renderJson(REPORTS[name]));
    expect(errorsOf(closed(schemaOf('report')), document)).toEqual([]);
  });

  test.each(Object.keys(REPORTS) as (keyof typeof REPORTS)[])('%s loses nothing', (name) => {
    expect(JSON.parse(renderJson(REPORTS[name]))).toEqual(JSON.parse(JSON.stringify(REPORTS[name])));
  });

  test('the same report gives the same bytes, whatever the order in which its objects were filled', () => {
    expect(renderJson(reversed(sampleReport()))).toBe(renderJson(sampleReport()));
  });

  test('its schema takes a member that a later version adds', () => {
    expect(errorsOf(schemaOf('report'), { ...sampleReport(), forecast: {} })).toEqual([]);
  });

  const BROKEN = [
    { what: 'a ratio above 1', over: { traffic: [{ ...trafficReport('a'), success: { ratio: 1.01, ci95: null } }] } },
    { what: 'a missing list', over: { edges: undefined } },
    { what: 'another schema', over: { schema: 'drymesh.dev/report/v2' } },
    { what: '21 causes', over: { causes: Array.from({ length: 21 }, () => sampleReport().causes[0]!) } },
    { what: 'half an interval', over: { objectives: [{ ...sampleReport().objectives[0]!, ci95: [1] }] } },
  ];

  test.each(BROKEN)('its schema refuses $what', ({ over }) => {
    expect(errorsOf(schemaOf('report'), { ...sampleReport(), ...over })).not.toEqual([]);
  });

  test.each([Number.NaN, Infinity, -Infinity])('%s is a defect, named by its path', (ms) => {
    const [cause] = sampleReport().causes;
    const report = sampleReport({ causes: [{ ...cause!, ms }] });
    expect(() => renderJson(report)).toThrow(new RangeError(`$.causes[0].ms is ${ms}`));
  });

  test('ends with a newline', () => {
    expect(renderJson(emptyReport()).endsWith('}\n')).toBe(true);
  });
});

test('keys of a map: integers first by value, then by code unit', () => {
  const keys = ['grpc:2', '503', '0', 'Z', '99', '007', 'a', '__proto__', '12345678901', 'grpc:14'];
  expect(keys.sort(compareKeys)).toEqual([
    '0',
    '99',
    '503',
    '12345678901',
    '007',
    'Z',
    '__proto__',
    'a',
    'grpc:14',
    'grpc:2',
  ]);
});

test('a lint document follows its schema', () => {
  const document = JSON.parse(renderLintJson({ diagnostics: sampleReport().diagnostics }));
  expect(errorsOf(closed(schemaOf('lint')), document)).toEqual([]);
  expect(Object.keys(document.diagnostics[0])).toEqual([
    'code',
    'severity',
    'refuses',
    'message',
    'help',
    'file',
    'line',
    'column',
    'resource',
  ]);
});

function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  ) as T;
}
