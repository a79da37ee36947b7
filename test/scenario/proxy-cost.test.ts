import { expect, test } from 'vitest';
import { loadSpec } from './support.js';

function costOf(written: string) {
  return loadSpec(`spec: {platform: {proxyCost: ${written}}}`).scenario!.platform.proxyCost;
}

// Per request of one sidecar at 1 KB over mTLS, in ms of a core, which is vCPU per 1000 rps. istio.io, each release's
// ops/deployment/performance-and-scalability.
test.each([
  { preset: 'istio-1.24', cpuMs: 0.2, memoryBytes: 60e6 },
  { preset: 'istio-1.20', cpuMs: 0.5, memoryBytes: 50e6 },
  { preset: 'istio-1.16', cpuMs: 0.35, memoryBytes: 40e6 },
  { preset: 'none', cpuMs: 0, memoryBytes: 0 },
])('$preset costs what is published', ({ preset, cpuMs, memoryBytes }) => {
  const cost = costOf(preset);
  const { requestCpuMs, responseCpuMs, afterCpuMs, mtlsCpuMs, perKiBCpuMs } = cost;
  expect(requestCpuMs + responseCpuMs + afterCpuMs + 2 * mtlsCpuMs + 2 * perKiBCpuMs).toBeCloseTo(cpuMs, 12);
  expect(cost.memoryBytes).toBe(memoryBytes);
});

test('every number can be overridden', () => {
  const cost = costOf(
    '{preset: none, requestCpu: 0.1ms, responseCpu: 0.2ms, afterCpu: 1us, perKiBCpu: 2us, mtlsCpu: 3us, handshakeCpu: 1ms, memory: 1MiB, ' +
      'waypointCpu: 4us, waypointMemory: 2MiB, ztunnelCpu: 5us, ztunnelLatency: 6us, ztunnelMemory: 3MiB}',
  );
  expect(cost).toEqual({
    preset: 'none',
    source: 'costs nothing, with changes',
    requestCpuMs: 0.1,
    responseCpuMs: 0.2,
    afterCpuMs: 0.001,
    perKiBCpuMs: 0.002,
    mtlsCpuMs: 0.003,
    handshakeCpuMs: 1,
    memoryBytes: 1_048_576,
    waypointCpuMs: 0.004,
    waypointMemoryBytes: 2_097_152,
    ztunnelCpuMs: 0.005,
    ztunnelLatencyMs: 0.006,
    ztunnelMemoryBytes: 3_145_728,
  });
});

test('without a preset the default one is changed', () => {
  expect(costOf('{requestCpu: 1ms}')).toMatchObject({ preset: 'istio-1.24', requestCpuMs: 1, memoryBytes: 60e6 });
});
