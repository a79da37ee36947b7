import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ahead } from './scheduling.js';

/** Processes and folders that end with this process, whatever ends it. */
const started = new Set<ChildProcess>();
const folders = new Set<string>();
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function ownChild(child: ChildProcess): void {
  started.add(child);
  child.once('exit', () => started.delete(child));
}

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drymesh-validate-'));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/** A part of a run that has a process of its own. */
export class Part<To extends object, From extends { readonly kind: string }> {
  readonly #child: ChildProcess;
  readonly #name: string;

  constructor(name: string, script: string) {
    this.#name = name;
    // In a process group of its own: Ctrl-C is for the process that knows what to do.
    const { command: execPath, args: execArgv } = ahead(process.execPath, []);
    const options = { execPath, execArgv, serialization: 'advanced', detached: true } as const;
    this.#child = fork(new URL(script, import.meta.url), options);
    ownChild(this.#child);
  }

  tell(message: To): void {
    this.#child.send(message);
  }

  /** The next message of this kind. Rejects when the process fails or ends first. */
  hear<K extends From['kind']>(kind: K): Promise<Extract<From, { readonly kind: K }>> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        child.off('message', onMessage);
        child.off('exit', onExit);
        then();
      };
      const onMessage = (message: unknown) => {
        const heard = message as { readonly kind: string; readonly message?: string };
        if (heard.kind === 'failed') settle(() => reject(new Error(`${this.#name}: ${heard.message}`)));
        if (heard.kind === kind) settle(() => resolve(message as Extract<From, { readonly kind: K }>));
      };
      const onExit = (code: number | null) => settle(() => reject(new Error(`${this.#name} ended (${code})`)));
      child.on('message', onMessage);
      child.on('exit', onExit);
    });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }
}
