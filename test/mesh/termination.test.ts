import { expect, test } from 'vitest';
import { terminationMs } from '../../src/mesh/index.js';
import { gatewayWorkload, mesh, workload } from '../support/mesh.js';

// Istio: pkg/envoy/agent.go, terminate; release notes 1.27 (native sidecars by default). Kubernetes: PodSpec.

const PROXY = { cpuLimit: 2, concurrency: 2 };

const ROWS = [
  { what: 'an ordinary container', minor: 26, pod: {}, ms: 5_000 },
  { what: 'a native sidecar, the default since 1.27', minor: 27, pod: {}, ms: 30_000 },
  { what: 'native before it was the default', minor: 26, pod: { proxy: { ...PROXY, native: true } }, ms: 30_000 },
  { what: 'not native', minor: 31, pod: { proxy: { ...PROXY, native: false } }, ms: 5_000 },
  { what: 'a drain time', minor: 26, pod: { proxy: { ...PROXY, terminationDrainMs: 20_000 } }, ms: 20_000 },
  {
    what: 'a drain time of a native one',
    minor: 31,
    pod: { proxy: { ...PROXY, terminationDrainMs: 2_000 } },
    ms: 30_000,
  },
  {
    what: 'a drain time that outlasts the pod',
    minor: 26,
    pod: { proxy: { ...PROXY, terminationDrainMs: 40_000 } },
    ms: 30_000,
  },
  { what: 'one that waits for connections', minor: 26, pod: { proxy: { ...PROXY, exitsWhenIdle: true } }, ms: 30_000 },
  { what: 'a grace period', minor: 31, pod: { gracePeriodMs: 60_000 }, ms: 60_000 },
  { what: 'a grace period under an ordinary container', minor: 26, pod: { gracePeriodMs: 60_000 }, ms: 5_000 },
  { what: 'a short grace period', minor: 26, pod: { gracePeriodMs: 1_000 }, ms: 1_000 },
  { what: 'no grace', minor: 31, pod: { gracePeriodMs: 0 }, ms: 0 },
  {
    what: 'a machine, which has no containers',
    minor: 31,
    pod: { machine: { locality: null, weight: 1, isName: false } },
    ms: 5_000,
  },
  { what: 'no sidecar', minor: 26, pod: { proxy: null }, ms: 30_000 },
];

test.each(ROWS)('$what, Istio 1.$minor: cut off after $ms ms', ({ minor, pod, ms }) => {
  const { settings } = mesh({ settings: { istioVersion: [1, minor] } });
  expect(terminationMs(workload('a', pod), settings)).toBe(ms);
});

test('a gateway is an ordinary container in any version', () => {
  expect(terminationMs(gatewayWorkload(), mesh().settings)).toBe(5_000);
});
