import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AccessEntry, readAccessLog, withAccessLog } from './access-log.js';
import { ownChild } from './children.js';
import { EndpointFiles } from './endpoint-files.js';
import type { PlayedProxy } from './layout.js';
import { ahead } from './scheduling.js';

/** Until it serves, from its start. */
const READY_MS = 30_000;
/** Until it has gone, from being told to. */
const GONE_MS = 3000;

/** A real Envoy that stands for one proxy of a case. */
export class Envoy {
  readonly proxy: PlayedProxy;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #name: string;
  readonly #endpoints: EndpointFiles;

  /** `folder`: where it keeps its configuration and logs. `changing`: addresses of endpoints that come and go. */
  constructor(binary: string, proxy: PlayedProxy, folder: string, changing: ReadonlySet<string>) {
    this.proxy = proxy;
    this.#folder = folder;
    this.#name = `${proxy.workload.replaceAll('/', '_')}-${proxy.ordinal}`;
    const config = this.#file('json');
    this.#endpoints = new EndpointFiles(proxy.bootstrap, changing, join(folder, this.#name));
    writeFileSync(config, JSON.stringify(withAccessLog(this.#endpoints.bootstrap, this.#file('access'))));
    const process = ['--concurrency', String(proxy.concurrency), '--disable-hot-restart', '--use-dynamic-base-id'];
    const logging = ['--log-level', 'warning', '--log-path', this.#file('log'), '--file-flush-interval-msec', '1000'];
    const { command, args } = ahead(binary, ['-c', config, ...process, ...logging]);
    this.#child = spawn(command, args, { stdio: 'ignore', detached: true });
    ownChild(this.#child);
  }

  /** Throws with the end of its log when it does not come to serve. */
  async ready(): Promise<void> {
    const untilMs = Date.now() + READY_MS;
    while (Date.now() < untilMs && this.#child.exitCode === null) {
      const answer = await this.#ask('/ready').catch(() => '');
      if (answer.startsWith('LIVE')) return;
      await sleep(20);
    }
    throw new Error(`the Envoy of ${this.#name} does not serve:\n${this.#log().split('\n').slice(-15).join('\n')}`);
  }

  /** It hears that these endpoints are gone, and all others are there. */
  miss(addresses: ReadonlySet<string>): void {
    this.#endpoints.write(addresses);
  }

  /** Its statistics by name; histograms are left out. */
  async statistics(): Promise<ReadonlyMap<string, number>> {
    const { stats } = JSON.parse(await this.#ask('/stats?format=json&type=Counters&filter=%5Ecluster')) as {
      stats: { name?: string; value?: number }[];
    };
    return new Map(stats.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value ?? 0]])));
  }

  /** Ends it and returns what it has logged. */
  async end(): Promise<readonly AccessEntry[]> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill('SIGTERM');
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), GONE_MS);
      await gone;
      clearTimeout(timer);
    }
    return readAccessLog(this.#file('access'));
  }

  #file(extension: string): string {
    return join(this.#folder, `${this.#name}.${extension}`);
  }

  #log(): string {
    try {
      return readFileSync(this.#file('log'), 'utf8');
    } catch {
      return '(no log)';
    }
  }

  #ask(path: string): Promise<string> {
    const { host, port } = this.proxy.admin;
    return new Promise((resolve, reject) => {
      const asked = get({ host, port, path, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve(text));
        answer.on('error', reject);
      });
      asked.on('error', reject);
    });
  }
}
