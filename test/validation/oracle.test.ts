import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mean, standardDeviation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Report } from '../../src/analysis/index.js';
import { COUNTER, type Recording } from '../../src/telemetry/index.js';
import { World } from '../../src/world/index.js';
import { blueprintOf, type Given, reportOf } from '../support/run.js';
import { aroundMs, givenOf, isBeyondModel, type OracleCase } from './oracle-case.js';

/** Experiments on a real Envoy 1.40, each with what it did; they stay outside the repository. */
const ORACLE = resolve(import.meta.dirname, '../../../shared/oracle');
/** One replication is as noisy as one run of the real Envoy. */
const REPLICATIONS = 10;
/** Where the sweeps of outlier detection fall is drawn for each replication: enough for all that may come of it. */
const PHASES = 40;

/** Mean and 95 % interval over the runs of the real Envoy. */
interface Seen {
  readonly mean: number;
  readonly ci95: readonly [number, number];
}

interface Result {
  readonly summary: Summary;
  readonly runs: readonly Run[];
}

type Ejection = readonly [
  seconds: number,
  what: 'EJECT' | 'UNEJECT',
  host: string,
  type: string,
  number: number,
  enforced: boolean,
];

/** One run where hosts are ejected. */
interface Run {
  readonly success: number;
  readonly ejections: readonly Ejection[];
  readonly series: readonly { readonly t: number; readonly requests: number; readonly ok: number }[];
}

interface Summary {
  readonly success: Seen;
  readonly latency_all_ms: Readonly<Record<'mean' | 'p50' | 'p90' | 'p99', Seen>>;
  readonly tries_per_request: Seen;
  readonly code_flags_share: Readonly<Record<string, Seen>>;
}

// The oracle's README, 'What to compare, how closely'.
const SHARE_POINTS = 0.005;
const MEAN_TOLERANCE = 0.05;
const P99_TOLERANCE = 0.1;

if (!existsSync(ORACLE)) {
  if (process.env.DRYMESH_REQUIRE_ALL === '1') {
    test('the oracle', () => {
      throw new Error(`there is no oracle at ${ORACLE}`);
    });
  } else test.skip('the oracle is absent', () => {});
} else for (const name of caseNames()) compareCase(name);

function caseNames(): string[] {
  return readdirSync(ORACLE)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

function compareCase(name: string): void {
  const oracle = parse(readFileSync(join(ORACLE, `${name}.yaml`), 'utf8')) as OracleCase;
  if (isBeyondModel(oracle)) return;
  const { summary, runs } = JSON.parse(readFileSync(join(ORACLE, `${name}.json`), 'utf8')) as Result;
  test(`a real Envoy does the same: ${name}`, async () => {
    const ejects = oracle.policy?.outlierDetection !== undefined;
    const given = givenOf(oracle, ejects ? PHASES : REPLICATIONS);
    compare(await reportOf(given), oracle, summary);
    if (ejects) compareEjections(given, runs);
  });
}

function compare(report: Report, oracle: OracleCase, seen: Summary): void {
  const traffic = report.traffic[0]!;
  const { latencyMs, success, requests } = traffic;
  expectShare('success', success.ratio!, seen.success);
  expectNear('mean', latencyMs.mean! + aroundMs(oracle), seen.latency_all_ms.mean, MEAN_TOLERANCE);
  expectNear('p99', latencyMs.p99! + aroundMs(oracle), seen.latency_all_ms.p99, P99_TOLERANCE);
  if (oracle.direct) return;
  const attempts = report.edges.reduce((sum, edge) => sum + edge.attempts, 0) / requests;
  const isRefusing = seen.code_flags_share['503 UO'] !== undefined;
  if (!isRefusing) expectNear('tries', attempts, seen.tries_per_request, 0.02);
  for (const [key, share] of Object.entries(sharesBy(seen, (code) => [code]))) {
    expectShare(key, (traffic.codes[key] ?? 0) / requests, share);
  }
  const flags = sharesBy(seen, (_, written) => (written === '-' ? [] : written.split(',')));
  for (const [key, share] of Object.entries(flags)) expectShare(key, (traffic.flags[key] ?? 0) / requests, share);
}

/**
 * When hosts are ejected, what happens hangs on when the first sweep is, which nobody knows of the real Envoy: its runs are
 * held against those of the model as one more of them, second by second.
 */
function compareEjections(given: Given, runs: readonly Run[]): void {
  const blueprint = blueprintOf(given);
  const plays = Array.from({ length: PHASES }, (_, replication) => new World(blueprint, replication).run());
  for (const [i, run] of runs.entries()) {
    const ejected = run.ejections.filter(([, what, , , , enforced]) => what === 'EJECT' && enforced).length;
    expectOneOf(`ejections of run ${i}`, ejected, plays.map(ejectionsOf));
    expectOneOf(
      `success of run ${i}`,
      run.success,
      plays.map(({ traffic: [seen] }) => seen!.succeeded / seen!.requests),
    );
    for (const { t, requests, ok } of run.series) {
      const windows = plays.map(({ traffic }) => traffic[0]!.windows[t]!);
      const shares = windows.map(({ succeeded, arrived }) => succeeded / arrived);
      expectOneOf(`success of run ${i} at ${t} s`, ok / requests, shares);
    }
  }
}

function ejectionsOf({ edges }: Recording): number {
  return edges.reduce((sum, { counters }) => sum + counters[COUNTER.ejections_total]!, 0);
}

/** Not farther from the mean than four standard deviations, at least of half a percentage point. */
function expectOneOf(what: string, value: number, others: readonly number[]): void {
  const spread = Math.max(4 * standardDeviation(others), SHARE_POINTS);
  expect(Math.abs(value - mean(others)), `${what}: ${value}, ${mean(others)} by the model`).toBeLessThanOrEqual(spread);
}

/** Adds up the shares of `503 UO` and the like by code or by flag. */
function sharesBy(
  { code_flags_share: shares }: Summary,
  keysOf: (code: string, flags: string) => readonly string[],
): Record<string, Seen> {
  const sums: Record<string, Seen> = {};
  for (const [written, { mean, ci95 }] of Object.entries(shares)) {
    const [code, flags] = written.split(' ') as [string, string];
    for (const key of keysOf(code, flags)) {
      const sum = sums[key] ?? { mean: 0, ci95: [0, 0] };
      sums[key] = { mean: sum.mean + mean, ci95: [sum.ci95[0] + ci95[0], sum.ci95[1] + ci95[1]] };
    }
  }
  return sums;
}

function expectShare(what: string, ratio: number, { mean, ci95 }: Seen): void {
  expect(ratio, what).toBeGreaterThanOrEqual(Math.min(ci95[0], mean - SHARE_POINTS));
  expect(ratio, what).toBeLessThanOrEqual(Math.max(ci95[1], mean + SHARE_POINTS));
}

/** Within the interval, or within `tolerance` of the mean. */
function expectNear(what: string, value: number, { mean, ci95 }: Seen, tolerance: number): void {
  expect(value, what).toBeGreaterThanOrEqual(Math.min(ci95[0], mean * (1 - tolerance)));
  expect(value, what).toBeLessThanOrEqual(Math.max(ci95[1], mean * (1 + tolerance)));
}
