import { describe } from 'vitest';
import { burst } from '../dataplane/call-server.js';
import { crashed, fails, HANGS, OK, otherPods } from '../surprises/documents.js';
import { always, endsWith } from './documents.js';
import { testInterplays } from './expected.js';

const PARTED = [{ at: '0s', partition: { between: ['caller', 'server'] } }];
const QUICK = { connectionPool: { tcp: { connectTimeout: '100ms' } } };
const EACH_ANEW = { connectionPool: { http: { maxRequestsPerConnection: 1 } } };
const retries = (attempts: number, retryOn: string, more: object = {}) => ({ retries: { attempts, retryOn, ...more } });

// istio-envoy-semantics 2.6.5 to 2.7: back-offs are uniform on 0 to 24 ms, 0 to 49 ms, ...
describe('the times of one route', () => {
  testInterplays([
    {
      what: 'delay, then tries, then the timeout, which runs from the end of the delay',
      setup: {
        server: HANGS,
        http: {
          fault: { delay: always({ fixedDelay: '100ms' }) },
          timeout: '250ms',
          ...retries(5, '5xx', { perTryTimeout: '100ms' }),
        },
      },
      outcome: '504 DI,UT',
      ms: 350,
      tries: [2, 3],
    },
    {
      what: 'a delay is once a request, not once a try',
      setup: {
        server: endsWith(500),
        http: { fault: { delay: always({ fixedDelay: '100ms' }) }, ...retries(2, '5xx') },
      },
      outcome: '500 DI,URX',
      ms: [130, 203],
      tries: 3,
    },
    {
      what: 'connect timeouts are retried by default: three of them',
      setup: { faults: PARTED, policy: QUICK },
      outcome: '503 UF,URX',
      ms: [300, 373],
      tries: 3,
    },
    {
      what: 'connect timeouts within the timeout of the route',
      setup: { faults: PARTED, policy: QUICK, http: { timeout: '150ms' } },
      outcome: '504 UT',
      ms: 150,
      tries: 2,
    },
    {
      what: 'the timeout of a try does not cover connecting',
      setup: { faults: PARTED, policy: QUICK, http: { retries: { attempts: 1, perTryTimeout: '10ms' } } },
      outcome: '503 UF,URX',
      ms: [200, 224],
      tries: 2,
    },
    {
      what: 'a connection for each try: a round trip before each',
      setup: { network: '10ms', server: fails(500), policy: EACH_ANEW, http: retries(1, '5xx') },
      outcome: '500 URX',
      ms: [80, 104],
      tries: 2,
      counters: { upstream_cx_total: 20 },
    },
    {
      what: 'under mutual TLS two round trips before each',
      setup: { network: '10ms', serverSidecar: true, policy: EACH_ANEW },
      outcome: '200 -',
      ms: 60,
    },
    {
      what: 'connections that idled for longer are made anew',
      setup: { network: '10ms', policy: { connectionPool: { http: { idleTimeout: '500ms' } } } },
      outcome: '200 -',
      ms: 40,
      counters: { upstream_cx_total: 10 },
    },
    {
      what: 'a try that waits in the pool begins its time when it gets the connection',
      setup: {
        server: HANGS,
        atMs: burst(2),
        policy: { connectionPool: { tcp: { maxConnections: 1 } } },
        http: { retries: { attempts: 1, perTryTimeout: '100ms' } },
      },
      outcome: '504 UT',
      ms: [100, 200],
      counters: { upstream_cx_total: 2 },
    },
    {
      what: 'a source that hangs up ends tries and back-offs',
      setup: { server: HANGS, traffic: { timeout: '250ms' }, http: retries(5, '5xx', { perTryTimeout: '100ms' }) },
      outcome: '0 DC',
      ms: 250,
      tries: [2, 3],
    },
    {
      what: 'of a slow pod and a good one the retry takes the good one',
      setup: {
        replicas: 0,
        manifests: otherPods('good', 1) + otherPods('slow', 1),
        workloads: { good: OK, slow: OK },
        faults: [{ at: '0s', slow: { workload: 'slow', by: '1s' } }],
        policy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
        http: retries(1, 'reset', { perTryTimeout: '100ms', backoff: '1ms' }),
      },
      outcome: '200 -',
      ms: [0, 100],
    },
    {
      what: 'round robin and retries: each request begins at the bad host, since the retry before took the good one',
      setup: {
        replicas: 0,
        manifests: otherPods('good', 1) + otherPods('bad', 1),
        workloads: { good: OK, bad: fails(500) },
        policy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
        http: retries(1, '5xx'),
        atMs: Array.from({ length: 100 }, (_, i) => 100 * i),
      },
      outcome: '200 -',
      tries: [1.99, 2],
    },
  ]);
});

describe('what is retried', () => {
  testInterplays([
    {
      what: 'nothing with `attempts: 0`',
      setup: { faults: crashed('server'), http: { retries: { attempts: 0 } } },
      outcome: '503 UF',
      tries: 1,
    },
    {
      what: 'no refused connection where the words are of gRPC',
      setup: { faults: crashed('server'), http: retries(3, 'unavailable') },
      outcome: '503 UF',
      tries: 1,
    },
    {
      what: 'a refused connection by 5xx',
      setup: { faults: crashed('server'), http: retries(1, '5xx') },
      outcome: '503 UF,URX',
      tries: 2,
      ms: [0, 24],
    },
    {
      what: 'a 409 by retriable-4xx',
      setup: { server: fails(409), http: retries(1, 'retriable-4xx') },
      outcome: '409 URX',
      tries: 2,
    },
    {
      what: 'no 404 by retriable-4xx',
      setup: { server: fails(404), http: retries(1, 'retriable-4xx') },
      outcome: '404 -',
      tries: 1,
    },
    {
      what: 'nothing that the proxy answers itself',
      setup: { http: [{ directResponse: { status: 503 }, ...retries(3, '5xx') }] },
      outcome: '503 -',
      tries: 0,
    },
    {
      what: 'a server of expired certificate, as any failed handshake',
      setup: {
        serverSidecar: true,
        policy: EACH_ANEW,
        faults: [{ at: '0s', certificate: { workload: 'server', expired: true } }],
      },
      outcome: '503 UF,URX',
      tries: 3,
    },
    {
      what: 'no caller of expired certificate: by then its request has been sent',
      setup: {
        serverSidecar: true,
        policy: EACH_ANEW,
        faults: [{ at: '0s', certificate: { workload: 'caller', expired: true } }],
      },
      outcome: '503 UC',
      tries: 1,
    },
    {
      what: 'but by `reset`',
      setup: {
        serverSidecar: true,
        policy: EACH_ANEW,
        faults: [{ at: '0s', certificate: { workload: 'caller', expired: true } }],
        http: retries(2, 'reset'),
      },
      outcome: '503 UC,URX',
      tries: 3,
    },
  ]);
});
