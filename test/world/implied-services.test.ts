import { expect, test } from 'vitest';
import { load } from '../support/run.js';
import { station } from '../support/stations.js';

const SPEC = {
  workloads: { web: {} },
  traffic: [{ name: 'load', from: 'outside', rate: '1/s', to: 'http://web/' }],
  run: { duration: '1s' },
};

test('a workload that a setting names and no manifest declares is no service of a behaviour graph', () => {
  const { blueprint, diagnostics } = load({
    spec: SPEC,
    manifests: station('web'),
    settings: ['workloads.wbe.workers=3'],
  });
  expect(blueprint).toBeNull();
  expect(diagnostics).toMatchObject([{ code: 'unknown-workload', file: '--set', severity: 'error' }]);
});
