import { expect, test } from 'vitest';
import { folderOf, say } from '../support/outside.js';
import { KINDS, type Mutation, mutate } from './mutations.js';
import { SHOP } from './shop.js';

const MUTATIONS_PER_KIND = 25;
/** Keeps every run short, whatever a mutation asks for. */
const BOUNDS = [
  ...['--duration', '1s', '--replications', '1', '--set', 'run.warmup=0s', '--set', 'run.drain=1s'],
  ...['--set', 'run.maxInFlight=500', '--set', 'traffic[0].rate=20/s', '--set', 'traffic[1].closed.users=2'],
];
/** Looks at the clock before a run counts as one without end. */
const MOST_LOOKS = 2_000;

interface Found {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly message: string;
  readonly refuses: boolean;
}

test.each(KINDS)('mutations of the kind %j are run or refused, where they stand', async (kind) => {
  for (let i = 0; i < MUTATIONS_PER_KIND; i++) {
    const n = KINDS.indexOf(kind) + i * KINDS.length;
    const { file, mutation } = mutated(n, i);
    const folder = folderOf({ ...SHOP, [file]: mutation.text });
    const args = ['run', 'shop', '--format', 'json', ...BOUNDS];
    const { exit, stdout, stderr } = await say(folder, args, { interruptAtLook: MOST_LOOKS });
    const title = `mutation ${n}, ${file}:${mutation.line}: ${mutation.was.trim()} -> ${mutation.is.trim().slice(0, 80)}`;
    expect([0, 1, 2], `${title}\n${stderr.slice(0, 2_000)}`).toContain(exit);
    expect(stderr, title).not.toMatch(/defect of Drymesh|^\s+at .*\d+:\d+/m);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Found[] };
    if (exit === 2) expectPlaced(diagnostics, file.replace('shop/', ''), mutation, title);
  }
});

/** The files take turns; one that no line of which can be so mutated passes on to the next. */
function mutated(n: number, turn: number): { file: string; mutation: Mutation } {
  const files = Object.keys(SHOP);
  for (let i = 0; ; i++) {
    const file = files[(turn + i) % files.length]!;
    const mutation = mutate(SHOP[file]!, n);
    if (mutation !== null) return { file, mutation };
  }
}

function expectPlaced(diagnostics: readonly Found[], file: string, mutation: Mutation, title: string): void {
  const refusing = diagnostics.filter(({ refuses }) => refuses);
  const places = refusing.map((d) => `${d.file}:${d.line} ${d.code} ${d.message.slice(0, 100)}`).join('\n');
  const isPlaced = refusing.some(
    (found) =>
      (found.file === file && found.line === mutation.line) || ELSEWHERE.some((rule) => rule(found, file, mutation)),
  );
  expect(isPlaced, `${title}\nrefused at:\n${places}`).toBe(true);
}

/** Where a finding may stand when not in the line that was mutated. */
const ELSEWHERE: readonly ((found: Found, file: string, mutation: Mutation) => boolean)[] = [
  // YAML's grammar: a parser notices where it cannot go on, or where the node began that does not end.
  ({ code, ...at }, file, { line }) => code === 'yaml-syntax' && at.file === file && at.line >= line - 1,
  // What stands twice is told at its second appearance; of a line taken out, what came below it may stand twice.
  ({ code, ...at }, file, { line, kind }) =>
    code === 'duplicate-key' && at.file === file && at.line >= line && at.line <= line + (kind === 'delete' ? 2 : 1),
  // What is missing has no line: it is told at what lacks it, above.
  ({ code, ...at }, file, { line, kind }) =>
    (TAKES_AWAY.has(kind) || code === 'no-kind') && at.file === file && at.line < line,
  // What is not what it was before is missed by those that name it.
  ({ code }) => code === 'unknown-workload' || code === 'selector-mismatch',
  // The settings of this test find no traffic to bound.
  ({ code, file }) => code === 'bad-setting' && file === '--set',
  // A file that holds a NUL is no text: it has no lines.
  ({ code, ...at }, file, { kind }) => code === 'binary-file' && kind === 'binary' && at.file === file,
  // Manifests that do not exist: told under their own name.
  ({ code, ...at }, _, { is }) => code === 'unreadable' && is.includes(at.file),
];
const TAKES_AWAY: ReadonlySet<string> = new Set([
  'delete',
  'end of file',
  'misspelt key',
  'prototype key',
  'swap tokens',
]);
