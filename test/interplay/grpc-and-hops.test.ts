import { describe } from 'vitest';
import { burst } from '../dataplane/call-server.js';
import { HANGS, takes } from '../surprises/documents.js';
import { always, answers, GRPC, middle } from './documents.js';
import { testInterplays } from './expected.js';

const retries = (attempts: number, retryOn: string, more: object = {}) => ({ retries: { attempts, retryOn, ...more } });

// istio-envoy-semantics 8.3.
describe('gRPC', () => {
  const call = (more: object) => ({ ...GRPC, ...more });
  const within = (time: string) => ({ traffic: { requests: [{ to: GRPC.url, headers: { 'grpc-timeout': time } }] } });
  testInterplays([
    {
      what: 'tries within grpc-timeout',
      setup: call({ server: HANGS, http: retries(5, '5xx', { perTryTimeout: '60ms' }), ...within('100m') }),
      outcome: 'grpc:14 UT',
      ms: 100,
      tries: 2,
    },
    {
      what: 'a grpc-timeout that drops the timeout of a try',
      setup: call({
        server: HANGS,
        http: { timeout: '300ms', ...retries(5, '5xx', { perTryTimeout: '200ms' }) },
        ...within('150m'),
      }),
      outcome: 'grpc:14 UT',
      ms: 150,
      tries: 1,
    },
    {
      what: 'tries that time out',
      setup: call({ server: HANGS, http: retries(1, 'gateway-error', { perTryTimeout: '100ms' }) }),
      outcome: 'grpc:14 URX,UT',
      ms: [200, 224],
      tries: 2,
    },
    {
      what: 'an injected 503',
      setup: call({ http: { fault: { abort: always({ httpStatus: 503 }) } } }),
      outcome: 'grpc:14 FI',
      tries: 0,
    },
    {
      what: 'an injected 404',
      setup: call({ http: { fault: { abort: always({ httpStatus: 404 }) } } }),
      outcome: 'grpc:12 FI',
      tries: 0,
    },
    {
      what: 'a cluster that is not there is not retried',
      setup: call({
        http: { route: [{ destination: { host: 'server', subset: 'none' } }], ...retries(3, '5xx,unavailable') },
      }),
      outcome: 'grpc:14 NC',
      tries: 0,
    },
    {
      what: 'its own words in retryOn',
      setup: call({ server: answers('RESOURCE_EXHAUSTED'), http: retries(1, 'resource-exhausted') }),
      outcome: 'grpc:8 URX',
      tries: 2,
    },
    {
      what: 'streams that are lost together with their connection',
      setup: call({ server: takes('500ms'), atMs: burst(5), faults: [{ at: '100ms', crash: { workload: 'server' } }] }),
      outcome: 'grpc:14 UC',
      ms: 100,
      tries: 1,
    },
    {
      what: 'the same with `reset`: the second connection is refused',
      setup: call({
        server: takes('500ms'),
        atMs: burst(5),
        faults: [{ at: '100ms', crash: { workload: 'server' } }],
        http: retries(1, 'reset'),
      }),
      outcome: 'grpc:14 UF,URX',
      ms: [100, 124],
      tries: 2,
    },
  ]);
});

// istio-envoy-semantics 2.6.9, 2.7: what one hop injects or gives up is an ordinary answer to the hop before.
describe('one hop further on', () => {
  testInterplays([
    {
      what: 'an injected abort fails the application between, which is retried',
      setup: {
        ...middle({ to: 'http://server/' }, retries(2, '5xx')),
        http: { fault: { abort: always({ httpStatus: 503 }) } },
      },
      outcome: '500 URX',
    },
    {
      what: 'one that it forwards is a gateway error there, where its 500 is none',
      setup: {
        ...middle({ to: 'http://server/', onFailure: 'forward' }, retries(2, 'gateway-error')),
        http: { fault: { abort: always({ httpStatus: 503 }) } },
      },
      outcome: '503 URX',
      tries: 0,
      attempts: { middle: 30 },
    },
    {
      what: 'its 500 is not',
      setup: {
        ...middle({ to: 'http://server/' }, retries(2, 'gateway-error')),
        http: { fault: { abort: always({ httpStatus: 503 }) } },
      },
      outcome: '500 -',
      attempts: { middle: 10 },
    },
    {
      what: 'an injected delay is within the time of a try',
      setup: {
        ...middle({ to: 'http://server/' }, retries(2, 'reset', { perTryTimeout: '100ms' })),
        http: { fault: { delay: always({ fixedDelay: '150ms' }) } },
      },
      outcome: '504 URX,UT',
      ms: [300, 373],
    },
    {
      what: "the application's own tries have its timeout each",
      setup: { ...middle({ to: 'http://server/', retries: 2, timeout: '50ms' }), server: HANGS },
      outcome: '500 -',
      ms: 150,
    },
    {
      what: 'a failure that it ignores costs its time alone',
      setup: { ...middle({ to: 'http://server/', onFailure: 'ignore', timeout: '50ms' }), server: HANGS },
      outcome: '200 -',
      ms: 50,
    },
    {
      what: 'a header that the first hop sets is matched at the second',
      setup: {
        ...middle({ to: 'http://server/' }, { headers: { request: { set: { 'x-user': 'jason' } } } }),
        http: [
          { match: [{ headers: { 'x-user': { exact: 'jason' } } }], directResponse: { status: 503 } },
          { directResponse: { status: 200 } },
        ],
      },
      outcome: '500 -',
    },
  ]);
});
