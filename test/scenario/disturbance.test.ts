import { expect, test } from 'vitest';
import { type Disturbance, disturbanceOf } from '../../src/scenario/index.js';
import { load } from '../support/run.js';
import { station } from '../support/stations.js';

const SLOW = { slow: { workload: 'server', by: '1s' } };
const FAULT = { at: '30s', for: '10s', ...SLOW };
const STEADY = { rate: '10/s' };

/** `[calmFrom, first, last, steadyUntil, noLessUntil]` in seconds, of a run of 100 s. */
const CASES: readonly { what: string; faults: object[]; load?: object; expected: readonly number[] | null }[] = [
  { what: 'no faults', faults: [], expected: null },
  { what: 'a fault that never ends', faults: [{ at: '30s', ...SLOW }], expected: null },
  { what: 'a fault that ends with the run', faults: [{ at: '90s', for: '10s', ...SLOW }], expected: null },
  { what: 'one that ends', faults: [FAULT], expected: [0, 30, 40, 100, 100] },
  { what: 'several', faults: [FAULT, { at: '20s', for: '50s', ...SLOW }], expected: [0, 20, 70, 100, 100] },
  { what: 'another stays from before', faults: [{ at: '5s', ...SLOW }, FAULT], expected: [5, 30, 40, 100, 100] },
  { what: 'another begins later and stays', faults: [FAULT, { at: '80s', ...SLOW }], expected: [0, 30, 40, 80, 80] },
  {
    what: 'another begins meanwhile and stays',
    faults: [FAULT, { at: '35s', ...SLOW }],
    expected: [0, 30, 40, 40, 40],
  },
  {
    what: 'stages before and after',
    faults: [FAULT],
    load: {
      stages: [
        { for: '10s', rate: '5/s' },
        { for: '50s', rate: '10/s' },
        { for: '1s', rate: '1/s' },
      ],
    },
    expected: [10, 30, 40, 60, 60],
  },
  {
    what: 'stages of one rate',
    faults: [FAULT],
    load: {
      stages: [
        { for: '35s', rate: '10/s' },
        { for: '5s', rate: '10/s' },
      ],
    },
    expected: [0, 30, 40, 100, 100],
  },
  {
    what: 'a peak in the middle of which it is',
    faults: [FAULT],
    load: {
      stages: [
        { for: '32s', rate: '10/s' },
        { for: '6s', rate: '10/s -> 90/s' },
        { for: '1s', rate: '10/s' },
      ],
    },
    expected: [0, 30, 40, 100, 100],
  },
  {
    what: 'more load afterwards',
    faults: [FAULT],
    load: {
      stages: [
        { for: '35s', rate: '10/s' },
        { for: '40s', rate: '10/s -> 20/s' },
        { for: '1s', rate: '5/s' },
      ],
    },
    expected: [0, 30, 40, 40, 75],
  },
  {
    what: 'load that rises as it begins',
    faults: [FAULT],
    load: { stages: [{ for: '60s', rate: '10/s -> 20/s' }] },
    expected: [30, 30, 40, 40, 40],
  },
  {
    what: 'fewer users afterwards',
    faults: [FAULT],
    load: {
      closed: {
        stages: [
          { for: '50s', users: 9 },
          { for: '1s', users: 3 },
        ],
        think: '1s',
      },
    },
    expected: [0, 30, 40, 50, 50],
  },
];

test.each(CASES)('$what', ({ faults, load: sent = STEADY, expected }) => {
  const traffic = [{ name: 'load', from: 'outside', to: 'http://server/', ...sent }];
  const { loaded, diagnostics } = load({
    manifests: station('server'),
    spec: { traffic, faults, run: { duration: '100s', warmup: '1s' } },
  });
  expect(diagnostics.filter(({ refuses }) => refuses)).toEqual([]);
  const found: Disturbance | null = disturbanceOf(loaded!.scenario);
  const { calmFromMs, firstMs, lastMs, steadyUntilMs, noLessUntilMs } = found ?? ({} as Partial<Disturbance>);
  const seconds = [calmFromMs, firstMs, lastMs, steadyUntilMs, noLessUntilMs].map((ms) => ms! / 1000);
  expect(found && seconds).toEqual(expected);
});
