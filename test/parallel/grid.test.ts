import { expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import type { Crew } from '../../src/parallel/crew.js';
import type { GridGame } from '../../src/parallel/grid-ledger.js';
import { type PlayGridOptions, playGrid } from '../../src/parallel/play-grid.js';
import { packRecording, unpackRecording } from '../../src/telemetry/index.js';
import { World } from '../../src/world/index.js';
import { type Given, load, reportOf } from '../support/run.js';
import { station } from '../support/stations.js';

const RATES = ['50/s', '100/s', '200/s'];

const given = (rate: string): Given => ({
  manifests: station('caller', { sidecar: true }) + station('main', { sidecar: true, replicas: 2 }),
  spec: {
    workloads: { main: { endpoints: [{ steps: [{ wait: { exponential: '5ms' } }] }] } },
    traffic: [{ name: 'load', from: { workload: 'caller' }, rate, to: 'http://main/' }],
    run: { duration: '2s', warmup: '1s', replications: 4 },
  },
});

function ready(number: number) {
  const { loaded, blueprint } = load(given(RATES[number]!));
  return { number, loaded: loaded!, blueprint: blueprint!, diagnostics: [] };
}

interface Played {
  readonly reports: ReadonlyMap<number, Report>;
  readonly readied: readonly number[];
  readonly shares: readonly number[];
}

async function playedWith(more: Partial<PlayGridOptions> = {}): Promise<Played> {
  const reports = new Map<number, Report>();
  const readied: number[] = [];
  const shares: number[] = [];
  await playGrid({
    points: RATES.map((_, i) => i),
    replications: 4,
    version: '0.0.0',
    ready: (number) => {
      readied.push(number);
      return ready(number);
    },
    onPoint: (number, report) => void reports.set(number, report),
    onProgress: (share) => void shares.push(share),
    signal: new AbortController().signal,
    recruit: () => null,
    ...more,
  });
  return { reports, readied, shares };
}

/** Plays in this thread, but takes and hands over what a thread would: copies of nothing but data. */
function crew(size: number): Crew<GridGame> {
  return {
    size,
    async play({ point, replication }, onProgress) {
      onProgress(0.5);
      structuredClone(point.loaded);
      return unpackRecording(structuredClone(packRecording(new World(point.blueprint, replication).run())));
    },
    async dismiss() {},
  };
}

test('each point gives what a run of it gives, whoever played which replication', async () => {
  for (const size of [0, 1, 2, 5]) {
    const { reports, readied } = await playedWith(size === 0 ? {} : { recruit: () => crew(size) });
    expect(readied).toEqual([0, 1, 2]);
    for (const [i, rate] of RATES.entries()) {
      const alone = await reportOf(given(rate));
      expect(reports.get(i)!.traffic).toEqual(alone.traffic);
      expect(reports.get(i)!.capacity).toEqual(alone.capacity);
    }
  }
});

test('progress is that of the whole grid, and ends at 1', async () => {
  const { shares } = await playedWith();
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});

test('only the points that are asked for are played', async () => {
  const { reports, readied } = await playedWith({ points: [2] });
  expect([...reports.keys()]).toEqual([2]);
  expect(readied).toEqual([2]);
  expect((await playedWith({ points: [] })).readied).toEqual([]);
});

test('interrupted, the points that are whole have been told, and no more', async () => {
  const interrupt = new AbortController();
  const { reports } = await playedWith({
    signal: interrupt.signal,
    onProgress: (share) => void (share > 0.5 && interrupt.abort()),
  });
  expect([...reports.keys()]).toEqual([0]);
});

test('a replication that fails is named with its point', async () => {
  const failing = { ...crew(1), play: () => Promise.reject(new Error('no such row')) };
  await expect(playedWith({ recruit: () => failing })).rejects.toThrow('point 1, replication 1 of seed 1: no such row');
});
