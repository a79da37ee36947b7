import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeCertificates } from '../../src/cli/certificates.js';
import { type Diagnostic, Diagnostics } from '../../src/diagnostics/index.js';
import { type EnvoyExport, exportEnvoy } from '../../src/envoy/index.js';
import type { Workload } from '../../src/mesh/index.js';
import { type Blueprint, checkWorld, drawBlueprint, localityOf, World } from '../../src/world/index.js';
import { loadFiles } from '../../src/world/load.node.js';
import { complaintOf, envoyBinary } from '../support/envoy.js';

const CASES = resolve(import.meta.dirname, '../../validation/cases');
const NAMES = readdirSync(CASES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
/** Long enough that every case has something to count. */
const SHORT = ['run.warmup=0s', 'run.duration=2s', 'run.replications=1'];
/** What these are about. */
const INTENDED: Readonly<Record<string, readonly string[]>> = {
  'mtls-plaintext-refused': ['tls-mismatch', 'tls-mismatch'],
  'outlier-default-ejects-nobody': ['outlier-too-few-hosts'],
  'per-try-timeout-dropped': ['per-try-timeout-dropped'],
};

const binary = envoyBinary();
const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what was measured on a real Envoy before is among the cases', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(45);
  expect(NAMES).toEqual(
    expect.arrayContaining([
      'failover-ejection',
      'fault-delay-abort-timeout',
      'mirror-slow-target',
      'outlier-one-bad-of-5',
      'overhead-both',
      'overhead-client',
      'overhead-connect',
      'overhead-direct',
      'p2c-one-slow',
      'panic-half-ejected',
      'per-try-timeout-retries',
      'pool-overflow',
      'pool-queue-mm4',
      'refuse-one-of-3',
      'retry-5xx-partial',
      'retry-budget',
      'retry-storm-queue',
      'timeout-lognormal',
    ]),
  );
});

describe.each(NAMES)('%s', (name) => {
  test('is named after its folder and says in a few lines what it is about', () => {
    const text = readFileSync(join(CASES, name, 'scenario.yaml'), 'utf8');
    const lines = text.split('\n');
    const comment = lines.slice(
      0,
      lines.findIndex((line) => !line.startsWith('#')),
    );
    expect(comment.length).toBeGreaterThanOrEqual(1);
    expect(comment.length).toBeLessThanOrEqual(5);
    expect(parse(text).metadata.name).toBe(name);
  });

  test('is within what two cores play, whatever machine they are of', () => {
    const { scenario, stations } = blueprintOf(name);
    const { warmupMs, durationMs } = scenario.run;
    const envoys = stations.reduce((sum, { workload, podZones }) => sum + (workload?.proxy ? podZones.length : 0), 0);
    expect(warmupMs + durationMs).toBeLessThanOrEqual(40_000);
    expect(envoys).toBeLessThanOrEqual(8);
  });

  test('is found clean and counts requests', () => {
    const { blueprint, diagnostics } = load(name, SHORT);
    const told = diagnostics.filter(({ severity, code }) => severity !== 'info' || code === 'not-modelled');
    expect(told.map(({ code }) => code)).toEqual(INTENDED[name] ?? []);
    const [traffic] = new World(blueprint!, 0).run().traffic;
    expect(traffic!.requests).toBeGreaterThan(50);
  });

  test('has proxies that can be exported as they are', { timeout: 60_000 }, () => {
    const exported = exportsOf(blueprintOf(name));
    expect([...exported.values()].flatMap(({ leftOut }) => leftOut)).toEqual([]);
    if (binary === null) return;
    const { traffic } = blueprintOf(name).scenario;
    const sender = traffic.flatMap(({ from }) => (from.kind === 'outside' ? [] : (exported.get(from.name) ?? [])))[0];
    const path = join(folder, 'envoy.json');
    const { bootstrap, credentials } = sender ?? [...exported.values()][0]!;
    makeCertificates(folder, credentials);
    writeFileSync(path, JSON.stringify(bootstrap));
    expect(complaintOf(binary, path)).toBe('');
  });
});

/** As `run` reads it. */
function load(name: string, settings: readonly string[] = []) {
  const diagnostics = new Diagnostics();
  const scenario = join(name, 'scenario.yaml');
  const files = { scenario, manifests: null, overlays: [], settings, cwd: CASES, stdin: () => '' };
  const loaded = loadFiles(files, diagnostics);
  const blueprint = loaded && drawBlueprint(loaded, diagnostics);
  if (blueprint && !diagnostics.refuses) checkWorld(new World(blueprint, 0), blueprint, diagnostics);
  return { blueprint: diagnostics.refuses ? null : blueprint, diagnostics: diagnostics.sorted() };
}

/** Throws with everything that was found when it is refused. */
function blueprintOf(name: string): Blueprint {
  const { blueprint, diagnostics } = load(name);
  if (blueprint === null) throw new Error(diagnostics.map(lineOf).join('\n'));
  return blueprint;
}

function lineOf({ file, line, code, message }: Diagnostic): string {
  return `${file}:${line} [${code}] ${message}`;
}

/** By workload, the proxy of its first pod: those of the others differ in addresses alone. */
function exportsOf({ mesh, stations, zones, stationOf }: Blueprint): ReadonlyMap<string, EnvoyExport> {
  const localityAt = (workload: Workload, ordinal: number) =>
    localityOf(workload, zones[stationOf.get(workload)?.podZones[ordinal] ?? -1] ?? '');
  return new Map(
    stations.flatMap(({ name, workload }) =>
      workload?.proxy ? [[name, exportEnvoy(mesh, workload, 0, localityAt, { folder })] as const] : [],
    ),
  );
}
