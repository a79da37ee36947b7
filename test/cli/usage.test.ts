import { expect, test } from 'vitest';
import { folderOf, say } from '../support/outside.js';

const USAGE = [
  {
    typed: 'rnu',
    told: 'there is no command "rnu": there is run, compare, sweep, stability, lint, explain, export, init',
  },
  { typed: 'explian x', told: 'there is no command "explian"; did you mean explain?' },
  { typed: 'run', told: 'an argument is missing: drymesh run <scenario>' },
  { typed: 'run --manifests a b', told: 'an argument is missing: drymesh run <scenario>; write it before --manifests' },
  { typed: 'run a b', told: '"b" is one argument too many' },
  { typed: 'run a --replication 3', told: 'there is no option "--replication"; did you mean --replications?' },
  { typed: 'run a --zzzzzz=3', told: 'there is no option "--zzzzzz": there is --manifests, --with' },
  { typed: 'run a -q', told: 'there is no option "-q"' },
  { typed: 'run a --no-set', told: 'there is no option "--no-set"' },
  {
    typed: 'run a --precision p98=1%',
    told: '--precision p98=1%: write half of an interval, such as p99=1%, mean=2ms',
  },
  { typed: 'run a --precision p99=1', told: '--precision p99=1: write half of an interval' },
  { typed: 'run a --precision mean=0%', told: '--precision mean=0%: write half of an interval' },
  { typed: 'run a --precision p99=1pp', told: '--precision p99=1pp: write half of an interval' },
  { typed: 'run a --precision success=2ms', told: '--precision success=2ms: write half of an interval' },
  { typed: 'run a --max-replications 9', told: '--max-replications bounds --precision' },
  {
    typed: 'run a --precision p99=1% --max-replications 1',
    told: '--max-replications 1: write a whole number from 2 to 10000',
  },
  { typed: 'run a --workers 0', told: '--workers 0: write a whole number from 1 to 256' },
  { typed: 'run a --seed', told: '--seed lacks its value' },
  { typed: 'run a --seed=', told: '--seed lacks its value' },
  { typed: 'run a --set', told: '--set lacks its value' },
  { typed: 'run a --seed 1 --seed 2', told: '--seed is given twice: write one of them' },
  { typed: 'run a --format jsn', told: '--format cannot be "jsn": write one of "text", "json", "markdown"' },
  { typed: 'lint', told: 'an argument is missing: drymesh lint <paths..>' },
  { typed: 'lint - --istio-version 2', told: '--istio-version "2" is none: write one such as 1.31' },
  { typed: 'init', told: 'an argument is missing: drymesh init <paths..>' },
  { typed: '--bogus', told: 'there is no option "--bogus"' },
];

test.each(USAGE)('drymesh $typed', async ({ typed, told }) => {
  const { exit, stdout, stderr } = await say(folderOf({}), typed.split(' '));
  expect(stderr).toContain(`drymesh: ${told}`);
  expect(stdout).toBe('');
  expect(exit).toBe(2);
});

test.each(['de_DE.UTF-8', 'ja_JP', 'pirate'])('speaks the same words under LANG=%s', async (locale) => {
  const before = process.env.LANG;
  process.env.LANG = locale;
  try {
    const { stderr } = await say(folderOf({}), ['run', 'a', '--replication', '3']);
    expect(stderr).toContain('did you mean --replications?');
  } finally {
    if (before === undefined) delete process.env.LANG;
    else process.env.LANG = before;
  }
});
