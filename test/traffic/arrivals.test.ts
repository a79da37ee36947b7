import { expect, test } from 'vitest';
import { GAPS, RateProfile, UserProfile } from '../../src/traffic/index.js';
import { play } from '../support/run.js';
import { station } from '../support/stations.js';

function arrivals(fields: object, more: object = {}) {
  return play({
    manifests: station('s'),
    assets: { read: (file) => ({ file, text: 'seconds,request\n-0.5,a\n0.25,a\n0.25,b\n1.5,b\n9,a\n' }) },
    spec: {
      network: { sameZone: '0s' },
      workloads: { s: { endpoints: [{ match: { path: '/b' }, respond: { status: 201 } }, {}] } },
      traffic: [
        {
          name: 't',
          from: 'outside',
          requests: [
            { name: 'a', to: 'http://s/a' },
            { name: 'b', to: 'http://s/b' },
          ],
          ...fields,
        },
      ],
      run: { duration: '100s', warmup: '10s', seed: 5 },
      ...more,
    },
  }).traffic[0]!;
}

test('a rate that rises in a straight line: as many as its area, at the times of its inverse', () => {
  const profile = new RateProfile([{ durationMs: 10_000, fromPerSecond: 0, toPerSecond: 20 }], 1000);
  expect(profile.timeOf(0.000001)).toBeGreaterThan(1000);
  expect(profile.timeOf(25)).toBeCloseTo(1000 + 5000, 6); // t^2 = 25
  expect(profile.timeOf(100)).toBeCloseTo(1000 + 10_000, 6);
  expect(profile.timeOf(120)).toBeCloseTo(1000 + 11_000, 6); // the end rate stays
});

test('warm-up has the first start rate, and a pause sends nothing', () => {
  const stages = [
    { durationMs: 1000, fromPerSecond: 10, toPerSecond: 10 },
    { durationMs: 1000, fromPerSecond: 0, toPerSecond: 0 },
    { durationMs: 1000, fromPerSecond: 5, toPerSecond: 5 },
  ];
  const profile = new RateProfile(stages, 500);
  expect([1, 5, 10].map((n) => profile.timeOf(n))).toEqual([100, 500, 1000]);
  expect(profile.timeOf(15.5)).toBeCloseTo(2600, 9);
});

test('a rate that ends at 0 ends', () => {
  const profile = new RateProfile([{ durationMs: 1000, fromPerSecond: 10, toPerSecond: 0 }], 0);
  expect(profile.timeOf(4.9)).toBeLessThan(1000);
  expect(profile.timeOf(5.1)).toBe(Infinity);
});

test('gaps of mean 1', () => {
  expect(GAPS.constant()).toBe(1);
  expect(GAPS.poisson(1 - Math.exp(-2))).toBeCloseTo(2, 12);
  expect([0, 0.5, 1].map(GAPS.jittered(0.1))).toEqual([0.9, 1, 1.1]);
});

test('users between whole numbers are rounded', () => {
  const profile = new UserProfile([{ durationMs: 10_000, fromUsers: 0, toUsers: 10 }], 1000);
  expect([0, 1000, 1400, 1600, 6000, 11_000, 20_000].map((ms) => profile.usersAt(ms))).toEqual([0, 0, 0, 1, 5, 10, 10]);
  expect(profile.nextChangeMs(1600)).toBeCloseTo(1000 + 1500, 2);
});

test('a Poisson rate gives Poisson counts', () => {
  const { requests, windows } = arrivals({ rate: '50/s' });
  expect(Math.abs(requests - 5000)).toBeLessThan(3.3 * Math.sqrt(5000));
  const variance = windows.reduce((sum, { arrived }) => sum + (arrived - 50) ** 2, 0) / windows.length;
  expect(Math.abs(variance / 50 - 1)).toBeLessThan(3.3 * Math.sqrt(2 / windows.length));
});

test('a constant rate is even, whatever the seed', () => {
  const { windows } = arrivals({ rate: '50/s', arrivals: 'constant' });
  expect(windows.slice(1, -1).every(({ arrived }) => arrived === 50)).toBe(true);
});

test('a replay plays its times and names; what is before time 0 is warm-up, and not counted', () => {
  const { requests, codes, windows } = arrivals({ replay: 'times.csv' });
  expect(requests).toBe(4);
  expect([...codes.counts].sort()).toEqual([
    [200, 2],
    [201, 2],
  ]);
  expect(windows.slice(0, 3).map(({ arrived }) => arrived)).toEqual([2, 1, 0]);
});

test('a mix follows its weights', () => {
  const requests = [
    { weight: 3, to: 'http://s/a' },
    { weight: 1, to: 'http://s/b' },
  ];
  const { codes, requests: sent } = arrivals({ rate: '100/s', requests });
  const share = codes.counts.get(201)! / sent;
  expect(Math.abs(share - 0.25)).toBeLessThan(3.3 * Math.sqrt((0.25 * 0.75) / sent));
});

test('connections: what is beyond them waits at the source, which latency includes', () => {
  const seen = play({
    manifests: station('s'),
    spec: {
      network: { sameZone: '0s' },
      workloads: { s: { endpoints: [{ steps: [{ wait: '100ms' }] }] } },
      traffic: [{ name: 't', from: 'outside', rate: '20/s', arrivals: 'constant', connections: 1, to: 'http://s/' }],
      run: { duration: '10s', warmup: '0s', drain: '1h' },
    },
  }).traffic[0]!;
  // 200 arrive 50 ms apart and take 100 ms each: the n-th waits 50 (n - 1) ms.
  expect(seen.latency.meanMs).toBeCloseTo(100 + (50 * (seen.requests - 1)) / 2, 6);
});

test('what is left after the drain is in flight, at its age', () => {
  const seen = play({
    manifests: station('s'),
    spec: {
      network: { sameZone: '0s' },
      workloads: { s: { workers: 1, endpoints: [{ steps: [{ wait: '1h' }] }] } },
      traffic: [{ name: 't', from: 'outside', rate: '1/s', arrivals: 'constant', to: 'http://s/' }],
      run: { duration: '10s', warmup: '0s', drain: '5s' },
    },
  }).traffic[0]!;
  expect(seen.inFlight).toBe(seen.requests);
  expect(seen.codes.counts.size).toBe(0);
  expect(seen.latency.maxMs).toBeCloseTo(14_000, 6);
  expect(seen.latency.meanMs).toBeCloseTo(15_000 - 500 * (seen.requests + 1), 6);
});
