import { spawnSync } from 'node:child_process';

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
