import { describe, expect, test } from 'vitest';
import { type HashedHost, hashRequest, maglevTable, ringTable } from '../../src/dataplane/hash-table.js';
import { deployment } from '../support/stations.js';
import { istio } from '../surprises/documents.js';
import { callServer } from './call-server.js';

const KEYS = Array.from({ length: 3000 }, (_, i) => hashRequest(`key ${i}`).position);

function hosts(shares: readonly number[]): HashedHost[] {
  return shares.map((share, host) => ({ host, name: `server-${host}`, share }));
}

// Envoy, source/extensions/load_balancing_policies/ring_hash/ring_hash_lb.cc and maglev/maglev_lb.cc.
describe.each([
  { kind: 'ring', make: (of: readonly HashedHost[]) => ringTable(of, 1024), off: 0.06, moves: 0.15 },
  { kind: 'Maglev', make: (of: readonly HashedHost[]) => maglevTable(of, 65_537), off: 0.03, moves: 0.05 },
])('$kind', ({ make, off, moves }) => {
  test.each([{ shares: [0.25, 0.25, 0.25, 0.25] }, { shares: [0.5, 0.25, 0.25] }, { shares: [0.7, 0.2, 0.1] }])(
    'keys fall to hosts as $shares',
    ({ shares }) => {
      const table = make(hosts(shares));
      shares.forEach((share, host) => {
        const count = KEYS.filter((position) => table.pick(position, 0) === host).length;
        expect(Math.abs(count / KEYS.length - share)).toBeLessThan(off);
      });
    },
  );

  // A ring keeps its size, so that those who stay get new places on it.
  test('a host that goes moves few keys but its own', () => {
    const before = make(hosts([0.25, 0.25, 0.25, 0.25]));
    const after = make(hosts([1 / 3, 1 / 3, 1 / 3]));
    const stayed = KEYS.filter((position) => before.pick(position, 0) !== 3);
    const moved = stayed.filter((position) => before.pick(position, 0) !== after.pick(position, 0));
    expect(moved.length / stayed.length).toBeLessThan(moves);
  });

  test('who picks again comes to others', () => {
    const table = make(hosts([0.25, 0.25, 0.25, 0.25]));
    const all = KEYS.map((position) => new Set([0, 1, 2, 3, 4, 5].map((again) => table.pick(position, again))).size);
    expect(Math.min(...all)).toBeGreaterThan(1);
  });

  test('one host takes all', () => {
    const table = make(hosts([1]));
    expect(new Set(KEYS.map((position) => table.pick(position, 0)))).toEqual(new Set([0]));
  });
});

test('a ring gives the host of the least share whole entries', () => {
  // 0.3 of 10 is 3: 10 entries; 0.33 of 10 is 3.3, so 4 for it: 12.1, and 13 in all.
  const entries = (shares: readonly number[]) =>
    new Set(Array.from({ length: 20_000 }, (_, i) => ringTable(hosts(shares), 10).pick(i / 20_000, 0))).size;
  expect(entries([0.3, 0.7])).toBe(2);
});

/** How many of 1000 requests reach each of four workloads. */
async function play(consistentHash: object, request: object, setup: object = {}): Promise<number[]> {
  const names = ['a', 'b', 'c'];
  const seen = await callServer({
    policy: { loadBalancer: { consistentHash } },
    manifests: names.map((name) => deployment(name, { app: 'server', labels: { kind: name } })).join(''),
    workloads: Object.fromEntries(names.map((name) => [name, { endpoints: [{}] }])),
    traffic: { requests: [{ to: 'http://server/', ...request }] },
    seconds: 10,
    ...setup,
  });
  return ['server', ...names].map((name) => seen.report.edges.find(({ workload }) => workload === name)?.attempts ?? 0);
}

describe('what is hashed', () => {
  const ring = { ringHash: { minimumRingSize: 100 } };
  test.each([
    { name: 'a header', hash: { httpHeaderName: 'X-User' }, request: { headers: { 'x-user': 'jane' } } },
    { name: 'the authority', hash: { httpHeaderName: 'host' }, request: {} },
    { name: 'the path', hash: { httpHeaderName: ':path' }, request: { to: 'http://server/a' } },
    { name: 'a cookie', hash: { httpCookie: { name: 'sid' } }, request: { headers: { cookie: 'a=1; sid=7; b=2' } } },
    {
      name: 'a query parameter',
      hash: { httpQueryParameterName: 'id' },
      request: { to: 'http://server/path?x=1&id=9' },
    },
    { name: "the caller's address", hash: { useSourceIp: true }, request: {} },
  ])('$name: one host takes every request that has the same', async ({ hash, request }) => {
    for (const table of [ring, { maglev: { tableSize: 101 } }]) {
      const hits = await play({ ...hash, ...table }, request);
      expect(Math.max(...hits)).toBeGreaterThan(990);
      expect(hits.filter((count) => count > 0)).toHaveLength(1);
    }
  });

  test('a request without it goes to any host', async () => {
    const hits = await play({ httpHeaderName: 'x-user' }, {});
    for (const count of hits) expect(Math.abs(count - 250)).toBeLessThan(70);
  });

  test('twenty users share four hosts', async () => {
    const requests = Array.from({ length: 20 }, (_, i) => ({
      name: `u${i}`,
      to: 'http://server/',
      headers: { 'x-user': `u${i}` },
    }));
    const hits = await play({ httpHeaderName: 'x-user' }, {}, { traffic: { requests } });
    expect(hits.filter((count) => count > 0).length).toBeGreaterThan(2);
  });
});

// Envoy, source/common/http/hash_policy.cc and conn_manager_utility.cc: the address that the proxy takes for the client's.
describe('useSourceIp', () => {
  const bySource = { useSourceIp: true };
  const front = `${istio(
    'Gateway',
    'front',
    'selector: {istio: ingressgateway}\nservers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]',
  )}${istio('VirtualService', 'shop', 'hosts: [shop.com]\ngateways: [front]\nhttp: [{route: [{destination: {host: server}}]}]')}`;
  const from = { gateway: 'istio-ingressgateway' };
  const client = (last: number | null) => ({
    name: `c${last}`,
    to: 'http://shop.com/',
    ...(last !== null && { sourceIp: `10.0.0.${last}` }),
  });
  const clients = Array.from({ length: 20 }, (_, i) => i + 1);
  const manifests = (more: string) =>
    ['a', 'b', 'c'].map((name) => deployment(name, { app: 'server', labels: { kind: name } })).join('') + more;
  const atGateway = (requests: readonly object[]) =>
    play(bySource, {}, { manifests: manifests(front), traffic: { from, requests } });

  test('at a gateway one client goes to one host', async () => {
    expect((await atGateway([client(7)])).filter((hits) => hits > 0)).toHaveLength(1);
  });

  test('at a gateway many clients share the hosts', async () => {
    expect((await atGateway(clients.map(client))).filter((hits) => hits > 0).length).toBeGreaterThan(2);
  });

  test('clients whose addresses nobody gives are many', async () => {
    for (const hits of await atGateway([client(null)])) expect(Math.abs(hits - 250)).toBeLessThan(70);
  });

  test('a sidecar goes by X-Forwarded-For, which applications hand on', async () => {
    const requests = clients.map((last) => ({
      name: `c${last}`,
      to: 'http://server/',
      headers: { 'x-forwarded-for': `10.0.0.${last}` },
    }));
    const hits = await play(bySource, {}, { traffic: { requests } });
    expect(hits.filter((count) => count > 0).length).toBeGreaterThan(2);
  });
});

// With a VirtualService of one destination (Istio, route.go).
test('retries of a hashed request go back to its host', async () => {
  const failing = { endpoints: [{ respond: { status: 500 } }] };
  const setup = {
    http: { retries: { attempts: 2, retryOn: '5xx', backoff: '1ms' } },
    server: failing,
    workloads: { a: failing, b: failing, c: failing },
  };
  const hits = await play({ httpHeaderName: 'x-user' }, { headers: { 'x-user': 'jane' } }, setup);
  expect(hits.filter((hit) => hit > 0)).toHaveLength(1);
  expect(Math.max(...hits)).toBeGreaterThan(2950);
});

// Measured: 100 requests of one key had their tries on three hosts, the same three.
test('retries that must avoid tried hosts go on to the next entries of the ring, always the same', async () => {
  const failing = { endpoints: [{ respond: { status: 500 } }] };
  const setup = {
    http: { retries: { attempts: 2, retryOn: '5xx', backoff: '1ms', retryIgnorePreviousHosts: true } },
    server: failing,
    workloads: { a: failing, b: failing, c: failing },
    rate: 10,
  };
  const hits = await play({ httpHeaderName: 'x-user' }, { headers: { 'x-user': 'jane' } }, setup);
  const tried = hits.filter((hit) => hit > 0);
  expect(tried).toEqual([tried[0], tried[0], tried[0]]);
});

test('an ejected host is out of the ring, and its keys go to others', async () => {
  const failing = { endpoints: [{ respond: { status: 500 } }] };
  const hits = await play(
    { httpHeaderName: 'x-user' },
    { headers: { 'x-user': 'jane' } },
    {
      policy: {
        loadBalancer: { consistentHash: { httpHeaderName: 'x-user' } },
        outlierDetection: { maxEjectionPercent: 100, baseEjectionTime: '1h' },
      },
      server: failing,
      workloads: { a: failing, b: failing, c: failing },
      seconds: 1,
    },
  );
  expect(Math.max(...hits)).toBeLessThan(100);
  expect(hits.filter((hit) => hit > 0).length).toBeGreaterThan(1);
});
