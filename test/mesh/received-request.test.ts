import { expect, test } from 'vitest';
import { asReceived, authorityWithPort } from '../../src/mesh/index.js';

// Istio's pathNormalization BASE; Envoy, source/common/http/path_utility.cc.
const PATHS = [
  { written: '/', taken: '/' },
  { written: '/a/b', taken: '/a/b' },
  { written: '/a/', taken: '/a/' },
  { written: '/a/../b', taken: '/b' },
  { written: '/a/./b', taken: '/a/b' },
  { written: '/a/%2e%2E/b', taken: '/b' },
  { written: '/..', taken: '/' },
  { written: '/../../a', taken: '/a' },
  { written: '/a/..', taken: '/' },
  { written: '/a/b/..', taken: '/a/' },
  { written: '/a/.', taken: '/a/' },
  { written: '/a\\b', taken: '/a/b' },
  { written: '/a//b', taken: '/a//b' }, // slashes are not merged
  { written: '/a%2Fb', taken: '/a%2Fb' },
  { written: '/...', taken: '/...' },
  { written: '/?q=/../x', taken: '/?q=/../x' },
  { written: '/a/../b?q=..', taken: '/b?q=..' },
];

test.each(PATHS)('the path $written is taken for $taken', ({ written, taken }) => {
  expect(asReceived({ path: written, headers: {} }).path).toBe(taken);
});

// Envoy, source/common/http/conn_manager_utility.cc: measured with and without X-Forwarded-For.
test('headers that would set retries and timeouts are taken off, others stay', () => {
  const headers = {
    'x-envoy-max-retries': '9',
    'X-Envoy-Retry-On': '5xx',
    'x-envoy-upstream-rq-timeout-ms': '1',
    'x-envoy-upstream-rq-per-try-timeout-ms': '1',
    'x-envoy-attempt-count': '1',
    'end-user': 'jason',
  };
  expect(asReceived({ path: '/', headers }).headers).toEqual({ 'x-envoy-attempt-count': '1', 'end-user': 'jason' });
});

test.each([
  ['http', 80, 'a.com'],
  ['http', 443, 'a.com:443'],
  ['http', 8080, 'a.com:8080'],
  ['https', 443, 'a.com'],
  ['https', 80, 'a.com:80'],
] as const)('a client of %s on port %i writes the authority %s', (scheme, port, authority) => {
  expect(authorityWithPort('a.com', port, scheme)).toBe(authority);
});
