import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf, say } from '../support/outside.js';

const SHOWN = ['run', 'compare', 'sweep', 'stability', 'lint', 'explain', 'init'];
const COMMANDS = [...SHOWN, 'explain request'];

test.each([[[]], [['--help']], [['-h']], [['help']]])('drymesh %j prints help', async (args) => {
  const { exit, stdout, stderr } = await say(folderOf({}), args);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  for (const command of SHOWN) expect(stdout).toContain(`drymesh ${command} <`);
});

test.each(COMMANDS)('the help of %s opens with at least three commands to paste', async (command) => {
  const { exit, stdout } = await say(folderOf({}), [...command.split(' '), '--help']);
  expect(exit).toBe(0);
  const opening = stdout.slice(0, stdout.indexOf('Usage:'));
  expect(opening.match(new RegExp(`^(?:.*\\| )?drymesh ${command} `, 'gm'))!.length).toBeGreaterThanOrEqual(3);
  expect((await say(folderOf({}), ['help', ...command.split(' ')])).stdout).toBe(stdout);
});

test('every line of help that is no command to paste fits into 80 columns', async () => {
  for (const command of COMMANDS) {
    const { stdout } = await say(folderOf({}), [...command.split(' '), '--help']);
    const long = stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('drymesh '));
    expect(long).toEqual([]);
  }
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
  expect((await say(folderOf({}), ['--version'])).stdout).toBe(`${version}\n`);
});

test('help loads neither a YAML parser nor charts: they are imported when a command is performed', () => {
  const seen = new Set<string>();
  const packages = ['main.ts', 'cli.ts'].flatMap((file) => [
    ...packagesLoadedBy(resolve(import.meta.dirname, '../../src/cli', file), seen),
  ]);
  expect([...new Set(packages)].sort()).toEqual(['node:fs', 'node:os', 'yargs']);
});

/** Follows every import that is not one of types alone, and not made later by `import()`. */
function packagesLoadedBy(file: string, seen: Set<string>): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, clause, from] of text.matchAll(/^(?:import|export)\s+([^;]*?)\s*from '([^']+)'/gms)) {
    if (clause!.startsWith('type ') || /^\{(\s*type \w+,?)*\s*\}$/.test(clause!)) continue;
    const found = from!.startsWith('.')
      ? packagesLoadedBy(resolve(dirname(file), from!.replace(/\.js$/, '.ts')), seen)
      : [from!];
    for (const name of found) packages.add(name);
  }
  return packages;
}
