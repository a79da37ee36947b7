import { expect, test } from 'vitest';
import { Balancer } from '../../src/dataplane/balancer.js';
import { ProxyProcess } from '../../src/dataplane/proxy.js';
import { AddressedRandom, runKey, SequentialRandom, Simulation } from '../../src/engine/index.js';

// Envoy, source/extensions/load_balancing_policies/round_robin/round_robin_lb.h; each worker thread has one of its own, and
// a new one when hosts change. Measured on Envoy 1.40: abc, bca or cab over six starts.

const FREE = { requestCpuMs: 0, responseCpuMs: 0, afterCpuMs: 0, perKiBCpuMs: 0, mtlsCpuMs: 0, handshakeCpuMs: 0 };
const KEY = runKey(1, 0);
const RANDOM = new AddressedRandom(KEY);

function proxyCalled(name: string): ProxyProcess {
  return new ProxyProcess(name, 0, 2, null, FREE, new Simulation(), new SequentialRandom(KEY, name));
}

function picks(balancer: Balancer, worker: number, count: number): string {
  return Array.from({ length: count }, () => 'abc'[balancer.pick(worker, RANDOM)]).join('');
}

function balancerOf(proxy: ProxyProcess): Balancer {
  return new Balancer([0, 1, 2], { kind: 'round-robin', proxy, activeBy: new Int32Array(3), weightOf: null });
}

test('a turn goes through all hosts in their order, from a start of its own', () => {
  const starts = Array.from({ length: 60 }, (_, i) => picks(balancerOf(proxyCalled(`p${i}`)), 0, 6));
  expect(new Set(starts)).toEqual(new Set(['abcabc', 'bcabca', 'cabcab']));
});

test('workers take turns without knowing of each other', () => {
  const balancer = balancerOf(proxyCalled('p'));
  const [first, second] = [picks(balancer, 0, 2), picks(balancer, 1, 6)];
  expect(picks(balancer, 0, 1)).toBe('abc'.replace(new RegExp(`[${first}]`, 'g'), '')); // the third of its turn
  expect(['abcabc', 'bcabca', 'cabcab']).toContain(second);
  const starts = Array.from({ length: 60 }, (_, i) => {
    const each = balancerOf(proxyCalled(`q${i}`));
    return picks(each, 0, 1) === picks(each, 1, 1);
  });
  expect(new Set(starts)).toEqual(new Set([true, false]));
});

test('when hosts change the turn begins anew, anywhere', () => {
  const restarts = Array.from({ length: 60 }, (_, i) => {
    const proxy = proxyCalled(`r${i}`);
    const last = picks(balancerOf(proxy), 0, 3);
    return picks(balancerOf(proxy), 0, 3) === last;
  });
  expect(new Set(restarts)).toEqual(new Set([true, false]));
});
