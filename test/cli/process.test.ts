import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtProgram } from '../support/built.js';
import { folderOf } from '../support/outside.js';
import { MANIFESTS, SHOP } from './shop.js';

const main = builtProgram();

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program until it ends; `during` may act on it whenever it says something on stderr. */
function start(
  cwd: string,
  args: readonly string[],
  {
    stdin = '',
    during = () => {},
  }: { stdin?: string; during?: (child: ReturnType<typeof spawn>, stderr: string) => void },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main(), ...args], { cwd, env: { ...process.env, NO_COLOR: '1' } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      during(child, stderr);
    });
    child.stdin.on('error', () => {}).end(stdin);
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

test('a reader that goes away is no mistake: the report is written, in silence', async () => {
  const folder = folderOf(SHOP);
  const args = ['run', 'shop', '--format', 'json', '--out', 'r'];
  const { code, stderr } = await start(folder, args, { during: (child) => child.stdout?.destroy() });
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/EPIPE|Error|^\s+at /m);
  expect(JSON.parse(readFileSync(join(folder, 'r/report.json'), 'utf8'))).toMatchObject({ seed: 1 });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a long run in good order: exit code 130, and a report',
  async (signal) => {
    const folder = folderOf(SHOP);
    const args = ['run', 'shop', '--duration', '8000h', '--set', 'run.replications=1', '--out', 'r'];
    const during = (child: ReturnType<typeof spawn>, stderr: string) => {
      if (stderr.endsWith('seed 1\n')) child.kill(signal);
    };
    const { code, stdout, stderr } = await start(folder, args, { during });
    expect(code).toBe(130);
    expect(stdout).toMatch(/^shop\n/);
    expect(stderr).toContain('Interrupted: the report holds what was finished');
    expect(JSON.parse(readFileSync(join(folder, 'r/report.json'), 'utf8'))).toMatchObject({
      stopped: { reason: 'interrupted' },
    });
  },
);

test('whatever the number of threads, the report is the same to the byte', async () => {
  const folder = folderOf(SHOP);
  const run = ['run', 'shop', '--duration', '100s', '--replications', '5'];
  const report = async (workers: string) => {
    expect((await start(folder, [...run, '--workers', workers, '--out', workers], {})).code).toBe(0);
    return readFileSync(join(folder, workers, 'report.json'), 'utf8');
  };
  const alone = await report('1');
  expect(await report('2')).toBe(alone);
  expect(await report('3')).toBe(alone);
  expect(JSON.parse(readFileSync(join(folder, '3/timing.json'), 'utf8'))).toMatchObject({ workers: 3 });
});

test('Ctrl-C ends threads as well', async () => {
  const folder = folderOf(SHOP);
  const args = ['run', 'shop', '--duration', '8h', '--replications', '4', '--workers', '2', '--out', 'r'];
  let isKilled = false;
  const during = (child: ReturnType<typeof spawn>, stderr: string) => {
    if (isKilled || !stderr.includes(' done, ')) return;
    isKilled = child.kill('SIGINT');
  };
  const { code, stderr } = await start(folder, args, { during });
  expect(code).toBe(130);
  expect(stderr).not.toMatch(/Error|^\s+at /m);
  expect(JSON.parse(readFileSync(join(folder, 'r/report.json'), 'utf8'))).toMatchObject({ seed: 1 });
});

test('manifests come through a pipe', async () => {
  const { code, stdout } = await start(folderOf({}), ['init', '-', '--out', '-'], { stdin: MANIFESTS });
  expect(code).toBe(0);
  expect(stdout).toContain('kind: Scenario');
});

test('a folder as standard input is told, not thrown', async () => {
  const folder = folderOf({});
  const ended = await new Promise<string>((resolve) => {
    const child = spawn('sh', ['-c', `"${process.execPath}" "${main()}" lint - < .; echo "exit $?"`], { cwd: folder });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('close', () => resolve(said));
  });
  expect(ended).toContain('drymesh: cannot read standard input: EISDIR\n');
  expect(ended).toContain('exit 2\n');
});

test('exit codes reach the shell', async () => {
  expect((await start(folderOf({}), ['rnu'], {})).code).toBe(2);
  expect((await start(folderOf({}), [], {})).code).toBe(0);
  expect((await start(folderOf(SHOP), ['run', 'shop', '--set', 'objectives=["p50 < 1ms"]'], {})).code).toBe(1);
});
