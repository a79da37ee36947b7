import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { drymesh } from '../../src/cli/cli.js';
import type { ExitCode, Outside } from '../../src/cli/outside.js';

export interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly terminal?: boolean;
  /** Ctrl-C at the nth look at the clock after the run began to listen for it: each slice of a run looks once. */
  readonly interruptAtLook?: number;
  /** How far the clock moves whenever it is looked at; 1 by default. */
  readonly stepMs?: number;
}

/** What a command said, and how it ended. */
export interface Said {
  readonly exit: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a whole command in this process, in `cwd`. */
export async function say(cwd: string, args: readonly string[], circumstances: Circumstances = {}): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const exit = await drymesh(args, fakeOutside(cwd, said, circumstances));
  return { exit, ...said };
}

/** An outside that keeps what it is told. Its clock moves on whenever it is looked at. */
function fakeOutside(cwd: string, said: { stdout: string; stderr: string }, given: Circumstances): Outside {
  let looks = 0;
  let interruptAt = Infinity;
  let hear = () => {};
  return {
    cwd,
    env: given.env ?? {},
    stdoutIsTerminal: given.terminal ?? false,
    stderrIsTerminal: given.terminal ?? false,
    out: (text) => {
      said.stdout += text;
    },
    err: (text) => {
      said.stderr += text;
    },
    stdin: () => given.stdin ?? '',
    onInterrupt: (called) => {
      hear = called;
      interruptAt = looks + (given.interruptAtLook ?? Infinity);
      return () => {
        interruptAt = Infinity;
      };
    },
    clockMs: () => {
      looks++;
      if (looks === interruptAt) hear();
      return looks * (given.stepMs ?? 1);
    },
    cores: 1, // threads are for programs that are built
    peakMemoryBytes: () => 1_000_000,
  };
}

/** A folder with these files, gone when the test is over. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'drymesh-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  putFiles(folder, files);
  return folder;
}

export function putFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
}
