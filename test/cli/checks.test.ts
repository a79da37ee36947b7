import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../support/outside.js';

const COUNT = resolve(import.meta.dirname, '../../.ci/count.mjs');

/** What vitest's JSON reporter writes, as far as it is counted. */
const suite = (passed: number, failed: number, pending: number, unloaded = 0) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: 0,
    testResults: [
      { status: 'passed', assertionResults: [{}] },
      ...Array.from({ length: unloaded }, () => ({ status: 'failed', assertionResults: [] })),
    ],
  });

test.each([
  {
    what: 'two good suites',
    files: [suite(10, 0, 1), suite(12, 0, 0)],
    line: '22 passed, 0 failed, 1 skipped',
    exit: 0,
  },
  { what: 'a failed test', files: [suite(10, 1, 0), suite(12, 0, 0)], line: '22 passed, 1 failed, 0 skipped', exit: 1 },
  { what: 'a file that does not load', files: [suite(10, 0, 0, 1)], line: '10 passed, 1 failed, 0 skipped', exit: 1 },
  { what: 'a suite that wrote nothing', files: [suite(10, 0, 0), ''], line: '10 passed, 1 failed, 0 skipped', exit: 1 },
])('$what are counted in one line', ({ files, line, exit }) => {
  const folder = folderOf(Object.fromEntries(files.map((text, i) => [`${i}.json`, text])));
  const paths = files.map((_, i) => join(folder, `${i}.json`));
  const { stdout, status } = spawnSync(process.execPath, [COUNT, ...paths], { encoding: 'utf8' });
  expect(stdout).toBe(`${line}\n`);
  expect(status).toBe(exit);
});
