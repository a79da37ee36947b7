import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/index.js';
import { probe } from '../../src/parallel/stability/probe.js';
import { type Variation, variantOf } from '../../src/parallel/stability/variant.js';
import { disturbanceOf } from '../../src/scenario/index.js';
import { packRecording, unpackRecording } from '../../src/telemetry/index.js';
import { drawBlueprint, type Loaded, World } from '../../src/world/index.js';
import { type Given, load } from '../support/run.js';
import { station, virtualService } from '../support/stations.js';

const SLOW = { slow: { workload: 'server', by: '1s' } };
const ROUTE = virtualService('server', { timeout: '1s' });

function loadedOf(spec: object, pushed: Given['pushed'] = {}): Loaded {
  const { loaded, diagnostics } = load({
    manifests: station('server', { sidecar: true }) + station('caller', { sidecar: true }),
    pushed,
    spec: {
      workloads: { server: { startup: '7s', endpoints: [{ steps: [{ wait: '5ms' }] }] }, caller: { endpoints: [] } },
      traffic: [{ name: 'load', from: { workload: 'caller' }, rate: '50/s', to: 'http://server/' }],
      run: { duration: '100s', warmup: '1s', replications: 2 },
      ...spec,
    },
  });
  if (loaded === null) throw new Error(JSON.stringify(diagnostics));
  return loaded;
}

const varied = (loaded: Loaded, variation: Partial<Variation>) =>
  variantOf(loaded, disturbanceOf(loaded.scenario)!, { load: 1, faultLength: 1, patience: 1, ...variation });
const timesOf = ({ scenario }: Loaded) => scenario.faults.map(({ atMs, forMs }) => [atMs / 1000, forMs / 1000]);

// 20 s before, 60 s after; 7 s until pods are back, and 1 s until proxies know.
test.each([
  { what: 'as written', variation: {}, faults: [[20, 10]], seconds: 20 + 10 + 68 },
  { what: 'longer', variation: { faultLength: 8 }, faults: [[20, 80]], seconds: 20 + 80 + 88 },
  { what: 'longer than anybody waits', variation: { faultLength: 40 }, faults: [[20, 400]], seconds: 20 + 400 + 128 },
  { what: 'shorter', variation: { faultLength: 0.1 }, faults: [[20, 1]], seconds: 20 + 1 + 68 },
  { what: 'with patience', variation: { patience: 4 }, faults: [[20, 10]], seconds: 20 + 10 + 4 * 68 },
])('a fault $what', ({ variation, faults, seconds }) => {
  const variant = varied(loadedOf({ faults: [{ at: '50s', for: '10s', ...SLOW }] }), variation);
  expect(timesOf(variant)).toEqual(faults);
  expect(variant.scenario.run.durationMs / 1000).toBeCloseTo(seconds, 9);
});

test('several faults are stretched as one; what stays is there from the beginning, or left out', () => {
  const faults = [
    { at: '5s', ...SLOW },
    { at: '30s', for: '10s', ...SLOW },
    { at: '50s', for: '10s', ...SLOW },
    { at: '70s', ...SLOW },
  ];
  expect(timesOf(varied(loadedOf({ faults }), { faultLength: 2 }))).toEqual([
    [0, Infinity],
    [20, 20],
    [60, 20],
  ]);
});

test('pushes go with the faults that they are', () => {
  const faults = [
    { at: '5s', push: { manifests: 'one.yaml' } },
    { at: '30s', for: '10s', push: { manifests: 'two.yaml' } },
    { at: '60s', push: { manifests: 'one.yaml' } },
  ];
  const { pushes } = varied(loadedOf({ faults }, { 'one.yaml': ROUTE, 'two.yaml': ROUTE }), { faultLength: 3 });
  expect(pushes.changes.map(({ atMs }) => atMs / 1000)).toEqual([0, 20, 50]);
});

test.each([
  { what: 'a rate', sent: { rate: '50/s' }, factor: 0.5, expected: 25 },
  { what: 'a ramp', sent: { stages: [{ for: '100s', rate: '0/s -> 100/s' }] }, factor: 2, expected: 100 },
  { what: 'users', sent: { closed: { users: 10, think: '1s' } }, factor: 0.25, expected: 3 },
  { what: 'a user', sent: { closed: { users: 1, think: '1s' } }, factor: 0.1, expected: 1 },
])('the load is held at what it is then: $what', ({ sent, factor, expected }) => {
  const traffic = [{ name: 'load', from: { workload: 'caller' }, to: 'http://server/', ...sent }];
  const variant = varied(loadedOf({ traffic, faults: [{ at: '50s', for: '10s', ...SLOW }] }), { load: factor });
  const { load: held } = variant.scenario.traffic[0]!;
  expect(held).toMatchObject({
    stages: [
      held.kind === 'open'
        ? { durationMs: Infinity, fromPerSecond: expected, toPerSecond: expected }
        : { durationMs: Infinity, fromUsers: expected, toUsers: expected },
    ],
  });
});

test('a probe is the same, whoever played it', async () => {
  const loaded = loadedOf({ faults: [{ at: '50s', for: '3s', ...SLOW }] });
  const factors = { load: 1, faultLength: 1, isLong: false };
  const probed = (helped: boolean) =>
    probe(loaded, disturbanceOf(loaded.scenario)!, factors, {
      onProgress: () => {},
      signal: new AbortController().signal,
      recruit: (variant) => () => (helped ? crewFor(variant) : null),
    });
  const alone = await probed(false);
  expect(alone).toMatchObject({ verdict: 'recovered', each: [{ verdict: 'recovered' }, { verdict: 'recovered' }] });
  expect(JSON.stringify(await probed(true))).toBe(JSON.stringify(alone));
});

/** Plays in this thread, but from what a thread would be given, and hands over what it would. */
function crewFor(variant: Loaded) {
  const blueprint = drawBlueprint(structuredClone(variant), new Diagnostics());
  return {
    size: 1,
    play: async ({ replication }: { readonly replication: number }) =>
      unpackRecording(structuredClone(packRecording(new World(blueprint, replication).run()))),
    dismiss: async () => {},
  };
}
