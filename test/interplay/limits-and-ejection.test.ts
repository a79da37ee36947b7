import { describe } from 'vitest';
import { burst } from '../dataplane/call-server.js';
import { envoyFilter, insertion, limitConfig } from '../support/rate-limit.js';
import { crashed, fails, HANGS, OK, otherPods, takes } from '../surprises/documents.js';
import { answers, ejectingAfter, endsWith, GRPC, STABLE_AND_CANARY, to } from './documents.js';
import { testInterplays } from './expected.js';

const retries = (attempts: number, retryOn: string, more: object = {}) => ({ retries: { attempts, retryOn, ...more } });
const FOREVER = { maxEjectionPercent: 100, baseEjectionTime: '1h' };
const oneBeside = (name: string, does: object) => ({ manifests: otherPods(name, 1), workloads: { [name]: does } });

// istio-envoy-semantics 2.6.8, 3.6.
describe('limits', () => {
  testInterplays([
    {
      what: 'a retry budget takes the place of maxRetries',
      setup: {
        server: endsWith(500),
        atMs: burst(10),
        policy: {
          connectionPool: { http: { maxRetries: 1 } },
          retryBudget: { percent: 1, minRetryConcurrency: 10 },
        },
        http: retries(1, '5xx'),
      },
      outcome: '500 URX',
      counters: { upstream_rq_retry: 10, upstream_rq_retry_overflow: 0 },
    },
    {
      what: 'one connection of HTTP/2 serves five at once',
      setup: {
        server: takes('100ms'),
        policy: { connectionPool: { tcp: { maxConnections: 1 }, http: { h2UpgradePolicy: 'UPGRADE' } } },
        atMs: burst(5),
      },
      outcome: '200 -',
      ms: 100,
      counters: { upstream_cx_total: 1 },
    },
    {
      what: 'tries that time out leave their connection of HTTP/2 to the next',
      setup: {
        server: HANGS,
        policy: { connectionPool: { tcp: { maxConnections: 1 }, http: { h2UpgradePolicy: 'UPGRADE' } } },
        http: retries(2, 'reset', { perTryTimeout: '100ms' }),
        atMs: [0],
      },
      outcome: '504 URX,UT',
      ms: [300, 373],
      tries: 3,
      counters: { upstream_cx_total: 1 },
    },
    {
      what: 'who waits at the source sends late, and gives up in time',
      setup: { server: takes('100ms'), atMs: burst(3), traffic: { connections: 1, timeout: '250ms' } },
      codes: { 0: 1, 200: 2 },
      flags: { DC: 1 },
      ms: [100, 250],
    },
    {
      what: 'a worker of the application is freed by those who time out',
      setup: {
        server: { workers: 1, abandoned: 'stop', endpoints: [{ steps: [{ wait: '80ms' }] }] },
        http: { timeout: '100ms' },
        atMs: burst(4),
      },
      codes: { 200: 1, 504: 3 },
      ms: [80, 100],
    },
    {
      what: "a mirror's hanging copies fill their own cluster alone",
      setup: {
        ...STABLE_AND_CANARY,
        workloads: { stable: OK, canary: HANGS },
        policy: { connectionPool: { http: { http2MaxRequests: 1 } } },
        http: [{ route: [to('stable')], mirror: to('canary').destination }],
      },
      outcome: '200 -',
      ms: 0,
    },
  ]);
});

// istio-envoy-semantics 3.4, 3.5, 3.7.
describe('ejection', () => {
  const ZONED = {
    platform: { nodes: { cpu: 4, zones: ['r/mine', 'r/other'] } },
    server: { zones: { 'r/mine': 1 }, ...fails(500) },
    manifests: otherPods('far', 0),
    workloads: { far: { zones: { 'r/other': 1 }, ...OK } },
  };
  testInterplays([
    {
      what: 'the try that ejects the last host of the zone is saved by its own retry in the next',
      setup: { ...ZONED, policy: ejectingAfter(1), http: retries(1, '5xx') },
      outcome: '200 -',
      attempts: { server: 1, far: 10 },
    },
    {
      what: 'without room to eject, retries stay in the zone',
      setup: { ...ZONED, policy: ejectingAfter(1, { maxEjectionPercent: 49 }), http: retries(1, '5xx') },
      outcome: '500 URX',
      attempts: { server: 20, far: 0 },
    },
    {
      what: 'unless `retryRemoteLocalities` sends the third try elsewhere',
      setup: {
        ...ZONED,
        policy: ejectingAfter(1, { maxEjectionPercent: 49 }),
        http: retries(3, '5xx', { retryRemoteLocalities: true }),
      },
      outcome: '200 -',
      attempts: { server: 20, far: 10 },
    },
    {
      // Ejected at 0 and at 150 ms; of the second the balancer hears a second later, 1150 ms.
      what: 'the second of two hosts goes on for a second after its ejection, then there is nobody',
      setup: {
        replicas: 2,
        server: fails(500),
        policy: ejectingAfter(1),
        atMs: Array.from({ length: 20 }, (_, i) => 150 * i),
      },
      codes: { 500: 8, 503: 12 },
      flags: { UH: 12 },
    },
    {
      what: 'below minHealthPercent both go on failing',
      setup: { replicas: 2, server: fails(500), policy: ejectingAfter(1, { minHealthPercent: 50 }) },
      outcome: '500 -',
    },
    {
      what: 'exactly at minHealthPercent a hash goes to the other host',
      setup: {
        replicas: 0,
        manifests: otherPods('good', 1) + otherPods('bad', 1),
        workloads: { good: OK, bad: fails(500) },
        policy: {
          loadBalancer: { consistentHash: { httpHeaderName: 'k' } },
          ...ejectingAfter(1, { minHealthPercent: 50 }),
        },
        traffic: {
          requests: Array.from({ length: 10 }, (_, i) => ({ to: 'http://server/', headers: { k: `u${i}` } })),
        },
        rate: 10,
      },
      codes: { 200: 98, 500: 1 },
      attempts: { bad: 1 },
    },
    {
      what: 'a hashed request of a split is retried elsewhere, since the predicate stays',
      setup: {
        replicas: 0,
        manifests: otherPods('good', 2) + otherPods('bad', 1),
        workloads: { good: OK, bad: fails(500) },
        subsets: ['one', 'other'].map((name) => ({ name, labels: { app: 'server' } })),
        policy: { loadBalancer: { consistentHash: { httpHeaderName: 'k' } } },
        http: {
          route: [
            { ...to('one'), weight: 1 },
            { ...to('other'), weight: 1 },
          ],
          ...retries(2, '5xx'),
        },
        traffic: {
          requests: Array.from({ length: 20 }, (_, i) => ({ to: 'http://server/', headers: { k: `u${i}` } })),
        },
        rate: 10,
      },
      outcome: '200 -',
    },
    {
      what: 'tries count: the third ejects, and the retry finds nobody',
      setup: { server: fails(503), policy: ejectingAfter(3), http: retries(5, '503') },
      outcome: '503 UH',
      attempts: { server: 3 },
    },
    {
      what: 'refused connections that were retried count too',
      setup: {
        ...oneBeside('down', OK),
        faults: crashed('down'),
        policy: ejectingAfter(5, { maxEjectionPercent: 50 }),
        seconds: 100,
        rate: 1,
      },
      attempts: { down: 5 },
    },
    {
      what: 'tries that time out are gateway errors',
      setup: {
        ...oneBeside('slow', HANGS),
        policy: ejectingAfter(0, { consecutiveGatewayErrors: 2, maxEjectionPercent: 50 }),
        http: retries(5, '5xx', { perTryTimeout: '50ms' }),
        seconds: 100,
        rate: 1,
      },
      outcome: '200 -',
      attempts: { slow: 2 },
    },
    {
      what: 'a 500 is no gateway error',
      setup: { server: fails(500), policy: ejectingAfter(0, { consecutiveGatewayErrors: 2 }) },
      outcome: '500 -',
    },
    {
      what: 'DEADLINE_EXCEEDED is one',
      setup: {
        ...GRPC,
        server: answers('DEADLINE_EXCEEDED'),
        policy: ejectingAfter(0, { consecutiveGatewayErrors: 3 }),
      },
      codes: { 'grpc:4': 3, 'grpc:14': 7 },
      flags: { UH: 7 },
    },
    {
      // 14 to the caller, and so a 503 to its outlier detection, but with a header that says not to retry.
      what: 'gRPC that is rate limited is not retried and ejects all the same',
      setup: {
        url: GRPC.url,
        serverSidecar: true,
        manifests: GRPC.manifests + envoyFilter([insertion('SIDECAR_INBOUND', limitConfig(1, '3600s'))], 'server'),
        policy: { outlierDetection: FOREVER },
      },
      codes: { 'grpc:0': 1, 'grpc:14': 9 },
      flags: { UH: 4 },
      attempts: { server: 6 },
    },
    {
      what: 'the 503 of a full server sidecar ejects it for the caller that got it',
      setup: {
        callers: 2,
        serverSidecar: true,
        server: takes('100ms'),
        policy: { connectionPool: { http: { http2MaxRequests: 1 } }, ...ejectingAfter(1) },
        atMs: [0, 0, 500, 500],
      },
      codes: { 200: 2, 503: 2 },
      flags: { UH: 1 },
    },
    {
      what: 'a server of expired certificate is ejected within two requests',
      setup: {
        serverSidecar: true,
        policy: { connectionPool: { http: { maxRequestsPerConnection: 1 } }, ...ejectingAfter(5) },
        faults: [{ at: '0s', certificate: { workload: 'server', expired: true } }],
      },
      codes: { 503: 10 },
      flags: { UF: 1, UH: 9, URX: 1 },
      attempts: { server: 5 },
    },
  ]);
});
