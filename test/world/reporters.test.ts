import { expect, test } from 'vitest';
import { burst, callServer, type Setup } from '../dataplane/call-server.js';

// Who counts what: istio-envoy-semantics 9.1. A report's edge is what the caller's proxy reports (`reporter: source`): one
// request however often it is tried, and no destination where none was reached. What the server has received is more by
// retries, and less by what was answered before.

const fails = (status: number) => ({ endpoints: [{ respond: { status } }] });
const takes = (wait: string) => ({ endpoints: [{ steps: [{ wait }] }] });
const one = { atMs: [0], seconds: 10 };

interface Counted {
  readonly workload: string | null;
  readonly codes: object;
  readonly flags: object;
  readonly attempts: number;
  /** By the server. */
  readonly received: number;
}

const ROWS: readonly (readonly [string, Setup, Counted])[] = [
  ['a success', {}, { workload: 'server', codes: { 200: 1 }, flags: {}, attempts: 1, received: 1 }],
  [
    'retried three times',
    { server: fails(500), http: { retries: { attempts: 3, retryOn: '5xx' } } },
    { workload: 'server', codes: { 500: 1 }, flags: { URX: 1 }, attempts: 4, received: 4 },
  ],
  [
    'a timeout: 504 here, there a request that goes on',
    { server: takes('5s'), http: { timeout: '1s' } },
    { workload: 'server', codes: { 504: 1 }, flags: { UT: 1 }, attempts: 1, received: 1 },
  ],
  [
    'a fault: nobody is reached',
    { http: { fault: { abort: { httpStatus: 503, percentage: { value: 100 } } } } },
    { workload: null, codes: { 503: 1 }, flags: { FI: 1 }, attempts: 0, received: 0 },
  ],
  [
    'no healthy host',
    { replicas: 0 },
    { workload: null, codes: { 503: 1 }, flags: { UH: 1 }, attempts: 0, received: 0 },
  ],
  [
    'no route',
    { http: [{ match: [{ uri: { exact: '/x' } }], route: [{ destination: { host: 'server' } }] }] },
    { workload: null, codes: { 404: 1 }, flags: { NR: 1 }, attempts: 0, received: 0 },
  ],
  [
    'an overflow: a host was picked, and has seen nothing',
    {
      server: takes('5s'),
      policy: { connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } } },
      atMs: [...burst(1, -1000), ...burst(1, -500), 0],
    },
    { workload: 'server', codes: { 503: 1 }, flags: { UO: 1 }, attempts: 1, received: 0 },
  ],
  [
    'a connection that is refused',
    { faults: [{ at: '0s', crash: { workload: 'server' } }] },
    { workload: 'server', codes: { 503: 1 }, flags: { UF: 1, URX: 1 }, attempts: 3, received: 0 },
  ],
];

test.each(ROWS)('%s', async (_, setup, { workload, received, ...expected }) => {
  const seen = await callServer({ ...one, ...setup });
  const row = seen.edges.find(({ requests }) => requests > 0)!;
  expect(row.workload).toBe(workload);
  expect({ codes: row.codes, flags: row.flags, attempts: row.attempts }).toEqual(expected);
  expect(row.requests).toBe(1);
  expect(seen.counter('upstream_rq_total')).toBe(received);
});

// From the first byte that the caller's proxy has received to the last that it has sent on.
test('the latency of an edge is what passes at the caller’s proxy: injected delays, retries and the network are in it', async () => {
  const http = { fault: { delay: { fixedDelay: '1s', percentage: { value: 100 } } } };
  const seen = await callServer({ ...one, http, server: takes('100ms'), network: '10ms' });
  expect(seen.edges[0]!.latencyMs.max).toBeCloseTo(1000 + 100 + 4 * 10, 6);
});
