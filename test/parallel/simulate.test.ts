import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/index.js';
import type { Crew } from '../../src/parallel/crew.js';
import { type SimulateOptions, simulate } from '../../src/parallel/simulate.js';
import { packRecording, unpackRecording } from '../../src/telemetry/index.js';
import { type Blueprint, drawBlueprint, World } from '../../src/world/index.js';
import { randomMesh } from '../support/random-mesh.js';
import { blueprintOf, type Given, load } from '../support/run.js';
import { station } from '../support/stations.js';

const QUIET = { version: '0.0.0', diagnostics: [], onProgress: () => {}, recruit: () => null, rule: null };

function options(more: Partial<SimulateOptions> = {}): SimulateOptions {
  return { ...QUIET, signal: new AbortController().signal, ...more };
}

/** Plays in this thread, but hands over what a thread would: copies of nothing but data. */
function crewFor(blueprint: Blueprint, size: number, played: number[] = []): Crew {
  return {
    size,
    async play({ replication }, onProgress) {
      played.push(replication);
      onProgress(0.5);
      return unpackRecording(structuredClone(packRecording(new World(blueprint, replication).run())));
    },
    async dismiss() {},
  };
}

const SMALL: Given = {
  manifests: station('caller', { sidecar: true }) + station('main', { sidecar: true, replicas: 2 }),
  spec: {
    workloads: {
      main: { endpoints: [{ steps: [{ wait: { exponential: '5ms' } }], respond: { errors: { 503: '5%' } } }] },
    },
    traffic: [{ name: 'load', from: { workload: 'caller' }, rate: '200/s', to: 'http://main/' }],
    run: { duration: '5s', warmup: '1s', replications: 6 },
  },
};

test('the report is the same, whoever played which replication', async () => {
  const blueprint = blueprintOf(SMALL);
  const alone = await simulate(blueprint, options());
  for (const size of [1, 2, 5]) {
    const played: number[] = [];
    const helped = await simulate(blueprint, options({ recruit: () => crewFor(blueprint, size, played) }));
    expect(played.length).toBeGreaterThan(0);
    expect(helped.workers).toBe(1 + size);
    expect(JSON.stringify(helped.report)).toBe(JSON.stringify(alone.report));
  }
});

test('what one thread gives another is all that a recording holds, of any mesh', () => {
  fc.assert(
    fc.property(randomMesh({ load: 'replay' }), ({ given }) => {
      const blueprint = blueprintOf(given);
      const recording = new World(blueprint, 0).run();
      const packed = packRecording(recording);
      expect(packRecording(unpackRecording(structuredClone(packed)))).toEqual(packed);
    }),
    { numRuns: 20, seed: 1 },
  );
});

test('progress is that of all replications together, and ends at 1', async () => {
  const blueprint = blueprintOf(SMALL);
  const shares: number[] = [];
  const onProgress = (share: number) => void shares.push(share);
  await simulate(blueprint, options({ onProgress, recruit: () => crewFor(blueprint, 2) }));
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBeCloseTo(1, 12);
});

test('interrupted, those that are whole are reported, and the others are dismissed', async () => {
  const blueprint = blueprintOf(SMALL);
  const interrupt = new AbortController();
  let isDismissed = false;
  const slow: Crew = {
    size: 1,
    play: () => new Promise((_, reject) => interrupt.signal.addEventListener('abort', reject)),
    dismiss: async () => {
      isDismissed = true;
    },
  };
  const onProgress = (share: number) => void (share >= 3 / 6 && interrupt.abort());
  const { report, interrupted } = await simulate(
    blueprint,
    options({ signal: interrupt.signal, onProgress, recruit: () => slow }),
  );
  expect(interrupted).toBe(true);
  expect(report.replications).toBe(3);
  expect(report.stopped).toBeNull();
  expect(isDismissed).toBe(true);
});

test('a replication that fails is named, and the others are not played', async () => {
  const blueprint = blueprintOf(SMALL);
  const failing: Crew = { ...crewFor(blueprint, 1), play: () => Promise.reject(new Error('no such row')) };
  await expect(simulate(blueprint, options({ recruit: () => failing }))).rejects.toThrow(
    /^replication 1 of seed 1: no such row$/,
  );
});

test('a copy of what a scenario was read to is drawn as itself', () => {
  fc.assert(
    fc.property(randomMesh({ load: 'replay' }), ({ given }) => {
      const { loaded } = load(given);
      const copied = drawBlueprint(structuredClone(loaded!), new Diagnostics());
      const packed = (blueprint: Blueprint) => packRecording(new World(blueprint, 0).run());
      expect(packed(copied)).toEqual(packed(blueprintOf(given)));
    }),
    { numRuns: 20, seed: 2 },
  );
});

test('a run that is interrupted before it begins reports nothing', async () => {
  const { report, interrupted } = await simulate(blueprintOf(SMALL), options({ signal: AbortSignal.abort() }));
  expect(interrupted).toBe(true);
  expect(report.stopped).toEqual({ reason: 'interrupted', atSeconds: -1 }); // as long before time 0 as its warm-up
  expect(report.traffic[0]!.requests).toBe(0);
});
