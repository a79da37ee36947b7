import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { caseNames, contentOf, loadCase } from '../../validation/harness/case.js';
import { judge } from '../../validation/harness/judge.js';
import { readResults } from '../../validation/harness/results.js';
import { comparisonTable } from '../../validation/harness/table.js';

/** What the model says of every case, beside what real Envoys were measured to do: docs/validation.md. */
const VALIDATION = resolve(import.meta.dirname, '../../validation');
const CASES = join(VALIDATION, 'cases');
/** As few as the documents take at least. */
const REPLICATIONS = 30;

const causes = (parse(readFileSync(join(VALIDATION, 'misses.yaml'), 'utf8')) ?? {}) as Record<string, string>;
const results = readResults(join(VALIDATION, 'results'));

test.each(caseNames(CASES))('%s can be played by real Envoys', (name) => {
  expect(loadCase(CASES, name).description).not.toBe('');
});

test.each(results)('$case is predicted as it was measured', ({ case: name, content, calibration, runs }) => {
  expect(contentOf(join(CASES, name)), 'measured with these files').toBe(content);
  const { comparisons, met } = judge(loadCase(CASES, name), calibration, runs, REPLICATIONS);
  const missed = comparisons.filter(({ verdict }) => verdict === 'missed');
  if (causes[name] === undefined) expect(missed, comparisonTable(missed)).toEqual([]);
  else expect(met, 'misses.yaml names it').toBe(false);
});

test('every cause that is given belongs to a result', () => {
  const measured = results.map((result) => result.case);
  expect(Object.keys(causes).filter((name) => !measured.includes(name))).toEqual([]);
});
