import { expect, test } from 'vitest';
import { type EffectiveRetry, MeshResolver, type RetryPolicy } from '../../src/mesh/index.js';
import {
  balancer,
  destination,
  destinationRule,
  httpRoute,
  mesh,
  policy,
  retries,
  routeSet,
  service,
  workload,
} from '../support/mesh.js';
import { forwardOf } from '../support/resolved.js';

const CLIENT = workload('client');
const DEFAULT_ON = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'];

function retryOf(written: RetryPolicy | null, timeoutMs: number | null = null, minor = 31): EffectiveRetry | null {
  const routes = routeSet('server', [httpRoute({ retries: written, timeoutMs })]);
  const settings = { istioVersion: [1, minor] as const };
  const resolver = new MeshResolver(mesh({ services: [service('server')], routeSets: [routes], settings }));
  return forwardOf(resolver.host(CLIENT, 'server', 80)).retry;
}

// Reference section 2.6.1; istiogen check `retry`.
const TRANSLATIONS: readonly (readonly [string, Partial<RetryPolicy> | null, Partial<EffectiveRetry> | null])[] = [
  ['/none', null, { attempts: 2, on: DEFAULT_ON, statusCodes: [], avoidPreviousHosts: true, perTryTimeoutMs: null }],
  ['/zero', { attempts: 0 }, null],
  ['/five keeps the built-in list', { attempts: 5 }, { attempts: 5, on: DEFAULT_ON, statusCodes: [] }],
  [
    '/codes',
    { retryOn: ['5xx', '503', '429'], perTryTimeoutMs: 2_000 },
    { attempts: 3, on: ['5xx', 'retriable-status-codes'], statusCodes: [503, 429], perTryTimeoutMs: 2_000 },
  ],
  [
    '/rh',
    { attempts: 1, retryOn: ['gateway-error', '404'] },
    { on: ['gateway-error', 'retriable-status-codes'], statusCodes: [404] },
  ],
  ['words alone add nothing', { retryOn: ['reset'] }, { on: ['reset'], statusCodes: [] }],
  ['back-off is Envoy’s own', { retryOn: ['5xx'] }, { backoffBaseMs: 25, backoffMaxMs: 250 }],
  ['/backoff: the cap is ten times the base', { backoffMs: 100 }, { backoffBaseMs: 100, backoffMaxMs: 1_000 }],
  ['/ignore', { retryIgnorePreviousHosts: false }, { avoidPreviousHosts: false }],
  ['/ignore said', { retryIgnorePreviousHosts: true }, { avoidPreviousHosts: true }],
];

test.each(TRANSLATIONS)('retries, %s', (_, written, expected) => {
  const retry = retryOf(written && retries(written));
  if (expected === null) expect(retry).toBeNull();
  else expect(retry).toMatchObject(expected);
});

// Reference section 0.2: 503 responses were among the default's codes up to 1.23.
test.each([
  { minor: 20, statusCodes: [503] },
  { minor: 23, statusCodes: [503] },
  { minor: 24, statusCodes: [] },
])('Istio 1.$minor retries responses of $statusCodes by default', ({ minor, statusCodes }) => {
  expect(retryOf(null, null, minor)?.statusCodes).toEqual(statusCodes);
  expect(retryOf(retries({ attempts: 5 }), null, minor)?.statusCodes).toEqual(statusCodes);
  expect(retryOf(retries({ retryOn: ['5xx'] }), null, minor)?.statusCodes).toEqual([]);
});

// Reference section 2.6.6.
test.each([
  { perTryMs: 999, timeoutMs: 1_000, kept: 999 },
  { perTryMs: 1_000, timeoutMs: 1_000, kept: null },
  { perTryMs: 2_000, timeoutMs: 1_000, kept: null },
  { perTryMs: 2_000, timeoutMs: null, kept: 2_000 },
])('perTryTimeout $perTryMs ms beside timeout $timeoutMs ms is $kept', ({ perTryMs, timeoutMs, kept }) => {
  expect(retryOf(retries({ perTryTimeoutMs: perTryMs }), timeoutMs)?.perTryTimeoutMs).toBe(kept);
});

// Reference section 2.6.1; istiogen checks `retry` (/hash, /hashsplit) and `lb`.
const HASH = { subset: 'hash', weight: 50 };
test.each([
  { what: 'one destination', destinations: [destination('server', HASH)], avoids: false },
  { what: 'a split', destinations: [destination('server', HASH), destination('server', { weight: 50 })], avoids: true },
])('with a hash, $what avoids tried hosts: $avoids', ({ destinations, avoids }) => {
  const loadBalancer = balancer('consistent-hash');
  const rule = destinationRule('server', {
    subsets: [{ origin: destinations[0]!.origin, name: 'hash', labels: {}, policy: policy({ loadBalancer }) }],
  });
  const routes = routeSet('server', [httpRoute({ action: { kind: 'forward', destinations }, retries: retries() })]);
  const parts = { services: [service('server')], routeSets: [routes], destinationRules: [rule] };
  const resolver = new MeshResolver(mesh(parts));
  expect(forwardOf(resolver.host(CLIENT, 'server', 80)).retry?.avoidPreviousHosts).toBe(avoids);
});

test('with a hash and no VirtualService tried hosts are avoided all the same', () => {
  const loadBalancer = balancer('consistent-hash');
  const rule = destinationRule('server', { policy: policy({ loadBalancer }) });
  const resolver = new MeshResolver(mesh({ services: [service('server')], destinationRules: [rule] }));
  expect(forwardOf(resolver.host(CLIENT, 'server', 80)).retry?.avoidPreviousHosts).toBe(true);
});
