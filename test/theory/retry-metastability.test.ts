import { expect, test } from 'vitest';
import { type StabilityVerdict, stabilityOf } from '../../src/analysis/index.js';
import { Diagnostics } from '../../src/diagnostics/index.js';
import { trafficSpecs } from '../../src/parallel/describe.js';
import { probe } from '../../src/parallel/stability/probe.js';
import { searchThreshold } from '../../src/parallel/stability/search.js';
import { disturbanceOf } from '../../src/scenario/index.js';
import { drawBlueprint, World } from '../../src/world/index.js';
import { type Given, load } from '../support/run.js';
import { station, virtualService } from '../support/stations.js';
import { SEEDS } from './agreement.js';

// Every call is tried n times when every try ends late. A server of rate mu then gets n lambda: the bad state holds itself
// if n lambda > mu, and ends only below lambda = mu / n, whatever the former state. Fluid limit: the waiting room holds twenty
// times what a try waits for, so that a full one keeps every answer late.
const MU = 100;
const TRIES = 3;
const LAMBDA = 0.5 * MU;

function edge(lambda: number, seed: number) {
  const retries = { attempts: TRIES - 1, perTryTimeout: '200ms', retryOn: '5xx', backoff: '1ms' };
  return {
    manifests:
      station('caller', { sidecar: true }) +
      station('server', { sidecar: true }) +
      virtualService('server', { retries }),
    spec: {
      platform: { proxyCost: 'none' },
      network: { sameZone: '0s' },
      workloads: {
        caller: { endpoints: [] },
        server: { workers: 1, queue: 4 * MU, endpoints: [{ steps: [{ wait: `${1000 / MU}ms` }] }] },
      },
      traffic: [{ name: 'load', from: { workload: 'caller' }, rate: `${lambda}/s`, to: 'http://server/' }],
      faults: [{ at: '20s', for: '5s', slow: { workload: 'server', by: '1s' } }],
      run: { duration: '100s', warmup: '5s', replications: 2, seed },
    },
  };
}

const QUIET = { onProgress: () => {}, signal: new AbortController().signal, recruit: () => () => null };

async function probed(given: Given, factor: number, isLong: boolean) {
  const { loaded } = load(given);
  const factors = { load: factor, faultLength: 1, isLong };
  return (await probe(loaded!, disturbanceOf(loaded!.scenario)!, factors, QUIET))!;
}

test.each<{ share: number; holds: boolean; verdict: StabilityVerdict }>([
  { share: 0.2, holds: false, verdict: 'recovered' },
  { share: 0.3, holds: false, verdict: 'recovered' },
  { share: 0.37, holds: true, verdict: 'down' },
  { share: 0.5, holds: true, verdict: 'down' },
  { share: 0.8, holds: true, verdict: 'down' },
])('lambda = $share mu: $verdict', async ({ share, holds, verdict }) => {
  expect(TRIES * share > 1).toBe(holds);
  const found = await probed(edge(share * MU, 1), 1, false);
  expect(found.verdict).toBe(verdict);
  if (!holds) return;
  expect(found.loop).toMatchObject({
    mechanism: 'retries x timeouts',
    edge: { source: 'caller', destination: 'server' },
  });
  expect(found.loop!.attemptsPerCall).toBeGreaterThan(0.97 * TRIES);
  expect(found.loop!.attemptsPerCall).toBeLessThanOrEqual(TRIES);
});

test.each(SEEDS)('it leaves the bad state below mu / n, seed %i', async (seed) => {
  const given = edge(LAMBDA, seed);
  const found = await searchThreshold({ least: 1 / 16, greatest: 16 }, async (factor, isLong) => {
    const { verdict } = await probed(given, factor, isLong);
    return verdict === 'recovered' ? 'recovers' : verdict === 'undecided' ? 'unknown' : 'fails';
  });
  const [low, high] = [found!.recoversUpTo!, found!.failsFrom!].map((factor) => (factor * LAMBDA) / MU);
  expect(low).toBeGreaterThan(0.95 / TRIES);
  expect(low).toBeLessThan(1 / TRIES);
  expect(high).toBeGreaterThan(1 / TRIES);
  expect(high).toBeLessThan(1.05 / TRIES);
});

// Without retries a server below its capacity empties any queue: being late is no state of its own, even where nobody
// who waits gets an answer in time. 10 s at 90/s against 1/s leave 890 that go at 10/s.
test.each([
  { what: 'while it drains', seconds: 60, verdict: 'undecided', reason: 'draining' },
  { what: 'almost to the end of that', seconds: 90, verdict: 'undecided', reason: 'draining' },
  { what: 'thereafter', seconds: 150, verdict: 'recovered', reason: null },
])('lambda = 0.9 mu without retries, $what: $verdict', ({ seconds, verdict, reason }) => {
  const { spec } = edge(0.9 * MU, 1);
  const { loaded } = load({
    manifests:
      station('caller', { sidecar: true }) +
      station('server', { sidecar: true }) +
      virtualService('server', { retries: { attempts: 0 } }),
    spec: {
      ...spec,
      workloads: {
        caller: { endpoints: [] },
        server: { workers: 1, queue: 1000 * MU, endpoints: [{ steps: [{ wait: `${1000 / MU}ms` }] }] },
      },
      traffic: [{ ...spec.traffic[0], timeout: '200ms' }],
      faults: [{ ...spec.faults[0], for: '10s' }],
      run: { ...spec.run, duration: `${seconds}s` },
    },
  });
  const blueprint = drawBlueprint(loaded!, new Diagnostics());
  const recordings = [0, 1].map((replication) => new World(blueprint, replication).run());
  const found = stabilityOf(recordings, trafficSpecs(loaded!.scenario), disturbanceOf(loaded!.scenario)!);
  expect(found).toMatchObject({ verdict, reason });
});

test('what is broken before its faults does not recover, at whatever load beyond that', async () => {
  for (const share of [0.95, 5]) {
    expect(await probed(edge(share * MU, 1), 1, false)).toMatchObject({
      verdict: 'undecided',
      reason: 'failingBefore',
    });
  }
});
