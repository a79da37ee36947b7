import { spawn, spawnSync } from 'node:child_process';
import { type IncomingMessage, request as plain } from 'node:http';
import { request as secured } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { onTestFinished } from 'vitest';

/** The binary of a real Envoy; null: there is none here, and tests that need it are skipped. */
export function envoyBinary(): string | null {
  const { ENVOY_BIN, DRYMESH_REQUIRE_ALL } = process.env;
  if (ENVOY_BIN !== undefined) return ENVOY_BIN;
  if (DRYMESH_REQUIRE_ALL === '1') throw new Error('ENVOY_BIN must name an Envoy');
  return null;
}

/** What Envoy says against a configuration: empty when it takes it. */
export function complaintOf(binary: string, path: string): string {
  const { status, stderr, error } = spawnSync(binary, ['--mode', 'validate', '-c', path], { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  if (status === 0) return '';
  return stderr
    .split('\n')
    .filter((line) => !/\[(info|warning)\]/.test(line))
    .join('\n');
}

/**
 * Runs a real Envoy until the test is over; ready when its administration says so. Throws what Envoy said when it ends
 * before that.
 */
export async function startEnvoy(
  binary: string,
  path: string,
  admin: { address: string; port: number },
): Promise<void> {
  const args = ['-c', path, '--use-dynamic-base-id', '--concurrency', '1', '--log-level', 'warning'];
  const envoy = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  envoy.stderr.on('data', (text) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => {
    envoy.on('exit', () => resolve());
  });
  onTestFinished(async () => {
    envoy.kill();
    await ended;
  });
  while ((await fetched(admin.address, admin.port, '/ready').catch(() => null))?.status !== 200) {
    if (envoy.exitCode !== null) throw new Error(said);
    await new Promise((resolve) => setTimeout(resolve, READY_MS));
  }
}

const READY_MS = 50;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request of HTTP/1.1 on a connection of its own; `secure`: in TLS. */
export function fetched(
  host: string,
  port: number,
  path: string,
  headers: Record<string, string> = {},
  secure: (SecureContextOptions & { readonly servername: string }) | null = null,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answer = (response: IncomingMessage) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body }));
      response.on('error', reject);
    };
    const options = { host, port, path, headers, agent: false };
    const asked = secure === null ? plain(options, answer) : secured({ ...options, ...secure }, answer);
    asked.on('error', reject);
    asked.end();
  });
}
