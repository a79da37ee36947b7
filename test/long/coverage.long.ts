import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { StoppingRule, TrafficReport } from '../../src/analysis/index.js';
import { compare } from '../../src/parallel/compare.js';
import { findWarmup } from '../../src/parallel/pilot.js';
import { simulate } from '../../src/parallel/simulate.js';
import type { Blueprint } from '../../src/world/index.js';
import { blueprintOf } from '../support/run.js';
import { station } from '../support/stations.js';

// How often 95 % intervals hold what they should: M/M/1, whose time in the system is exponential with mean
// 1 / (mu - lambda). Kleinrock, Queueing Systems, vol. 1, 3.2 and 5.5.

const EXPERIMENTS = 1000;
const SERVICE_MS = 10;
const METRICS = { mean: 1, p50: -Math.log(1 - 0.5), p99: -Math.log(1 - 0.99) } as const;
type Metric = keyof typeof METRICS;
/** Where docs/validation.md takes the figures from. */
const RECORD = resolve(import.meta.dirname, '../../validation/coverage.json');
const QUIET = { onProgress: () => {}, signal: new AbortController().signal };

interface Row {
  readonly utilization: number;
  readonly runs: 'fixed' | 'stopped' | 'compared';
  readonly metric: Metric;
  readonly held: number;
  readonly experiments: number;
  /** Mean over the experiments. */
  readonly replications: number;
}

const RULE: StoppingRule = {
  targets: [
    { metric: 'mean', half: 0.05, unit: 'relative' },
    { metric: 'p99', half: 0.1, unit: 'relative' },
  ],
  least: 20,
  most: 1000,
};

test.each([0.5, 0.8])(
  '20 replications at %f: 93 to 97 % of the intervals hold the closed form',
  async (utilization) => {
    const rows = await repeat(utilization, 'fixed', ['mean', 'p50', 'p99'], (seed) =>
      play(queue(utilization, seed, { replications: 20, warmup: '30s' }), null),
    );
    for (const { held } of rows) {
      expect(held / EXPERIMENTS).toBeGreaterThanOrEqual(0.93);
      expect(held / EXPERIMENTS).toBeLessThanOrEqual(0.97);
    }
  },
);

test.each([0.5, 0.8])('runs at %f that --precision stops: at least 92 %', async (utilization) => {
  const rows = await repeat(utilization, 'stopped', ['mean', 'p99'], async (seed) => {
    const blueprint = queue(utilization, seed, {});
    const pilot = await findWarmup(blueprint, QUIET);
    const { scenario } = blueprint;
    const run = { ...scenario.run, warmupMs: pilot!.warmupMs ?? scenario.run.warmupMs };
    return play({ ...blueprint, scenario: { ...scenario, run } }, RULE);
  });
  for (const { held } of rows) expect(held / EXPERIMENTS).toBeGreaterThanOrEqual(0.92);
});

const SLOWER = 1.05;

test.each([0.5, 0.8])(
  '10 pairs at %f, services 5 %% slower in the one: at least 92 %% of the differences',
  async (utilization) => {
    const metrics = ['mean', 'p50', 'p99'] as const;
    const held: Record<Metric, number> = { mean: 0, p50: 0, p99: 0 };
    for (let seed = 1; seed <= EXPERIMENTS; seed++) {
      const run = { replications: 10, warmup: '30s' };
      const [base, candidate] = [1, SLOWER].map((factor) => ({
        blueprint: queue(utilization, seed, run, SERVICE_MS * factor),
        diagnostics: [],
      }));
      const options = { version: '', recruit: () => null, rule: null, changes: [], attribution: null, ...QUIET };
      const { report } = await compare(base!, candidate!, options);
      for (const metric of metrics) {
        const [low, high] = report!.comparison!.metrics.find(({ name }) => name === metric)!.ci95!;
        const before = SERVICE_MS / (1 - utilization);
        const after = (SERVICE_MS * SLOWER) / (1 - utilization * SLOWER);
        const truth = METRICS[metric] * (after - before);
        if (low <= truth && truth <= high) held[metric]++;
      }
    }
    const common = { utilization, runs: 'compared', experiments: EXPERIMENTS, replications: 10 } as const;
    writeDown(metrics.map((metric) => ({ ...common, metric, held: held[metric] })));
    for (const metric of metrics) expect(held[metric] / EXPERIMENTS, metric).toBeGreaterThanOrEqual(0.92);
  },
);

function queue(utilization: number, seed: number, run: object, serviceMs = SERVICE_MS): Blueprint {
  return blueprintOf({
    manifests: station('station'),
    spec: {
      platform: { proxyCost: 'none' },
      network: { sameZone: '0s' },
      workloads: { station: { workers: 1, endpoints: [{ steps: [{ wait: { exponential: `${serviceMs}ms` } }] }] } },
      traffic: [
        { name: 'load', from: 'outside', rate: `${(1000 * utilization) / SERVICE_MS}/s`, to: 'http://station/' },
      ],
      run: { duration: '60s', seed, ...run },
    },
  });
}

async function play(blueprint: Blueprint, rule: StoppingRule | null) {
  const { report } = await simulate(blueprint, { version: '', diagnostics: [], recruit: () => null, rule, ...QUIET });
  return report;
}

/** Seeds 1 to EXPERIMENTS. Writes down what it counts. */
async function repeat(
  utilization: number,
  runs: Row['runs'],
  metrics: readonly Metric[],
  experiment: (seed: number) => ReturnType<typeof play>,
): Promise<readonly Row[]> {
  const held: Record<Metric, number> = { mean: 0, p50: 0, p99: 0 };
  let replications = 0;
  for (let seed = 1; seed <= EXPERIMENTS; seed++) {
    const report = await experiment(seed);
    replications += report.replications;
    for (const metric of metrics) if (holds(report.traffic[0]!, metric, utilization)) held[metric]++;
  }
  const rows = metrics.map(
    (metric): Row => ({
      ...{ utilization, runs, metric, held: held[metric], experiments: EXPERIMENTS },
      replications: Math.round((10 * replications) / EXPERIMENTS) / 10,
    }),
  );
  writeDown(rows);
  return rows;
}

function holds({ latencyMs }: TrafficReport, metric: Metric, utilization: number): boolean {
  const truth = (METRICS[metric] * SERVICE_MS) / (1 - utilization);
  const [low, high] = latencyMs.ci95[metric]!;
  return low <= truth && truth <= high;
}

function writeDown(rows: readonly Row[]): void {
  const others = readRecord().filter((old) =>
    rows.every((row) => row.utilization !== old.utilization || row.runs !== old.runs),
  );
  const order = (row: Row) => `${row.runs} ${row.utilization} ${row.metric}`;
  const all = [...others, ...rows].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  writeFileSync(RECORD, `${JSON.stringify(all, null, 2)}\n`);
}

function readRecord(): readonly Row[] {
  try {
    return JSON.parse(readFileSync(RECORD, 'utf8')) as Row[];
  } catch {
    return [];
  }
}
