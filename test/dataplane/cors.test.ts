import { expect, test } from 'vitest';
import { envoyFilter, insertion, limitConfig } from '../support/rate-limit.js';
import { callServer, outcome } from './call-server.js';

// Envoy, source/extensions/filters/http/cors/cors_filter.cc; Istio, pilot/pkg/networking/core/route/route.go,
// TranslateCORSPolicy: the filter of the caller's proxy stands behind the fault filter.

const HERE = { origin: 'https://shop.com', 'access-control-request-method': 'PUT' };
const EXACT = { allowOrigins: [{ exact: 'https://shop.com' }] };

/** One request; `seen` by the server or answered before. The server answers 204. */
async function ask(corsPolicy: object, headers: object, method = 'OPTIONS', more: object = {}) {
  const requests = [{ name: 'r', to: 'http://server/', method, headers }];
  const server = { endpoints: [{ respond: { status: 204 } }] };
  return callServer({ http: { corsPolicy, ...more }, server, atMs: [0], traffic: { requests } });
}

const REQUESTS: { what: string; cors: object; headers: object; method?: string; code: number }[] = [
  { what: 'an allowed origin', cors: EXACT, headers: HERE, code: 200 },
  { what: 'another origin', cors: EXACT, headers: { ...HERE, origin: 'https://evil.com' }, code: 204 },
  { what: 'an origin that begins so', cors: { allowOrigins: [{ prefix: 'https://shop' }] }, headers: HERE, code: 200 },
  { what: 'an origin by regex', cors: { allowOrigins: [{ regex: 'https://[a-z]+\\.com' }] }, headers: HERE, code: 200 },
  { what: 'a regex that covers a part', cors: { allowOrigins: [{ regex: 'shop' }] }, headers: HERE, code: 204 },
  { what: '*', cors: { allowOrigins: [{ exact: '*' }] }, headers: HERE, code: 200 },
  { what: 'the old field', cors: { allowOrigin: ['https://shop.com'] }, headers: HERE, code: 200 },
  { what: 'nobody', cors: { allowMethods: ['GET'] }, headers: HERE, code: 204 },
  { what: 'no origin', cors: EXACT, headers: { 'access-control-request-method': 'PUT' }, code: 204 },
  { what: 'no method asked for', cors: EXACT, headers: { origin: 'https://shop.com' }, code: 204 },
  { what: 'GET', cors: EXACT, headers: HERE, method: 'GET', code: 204 },
  {
    what: 'another origin, not to be forwarded',
    cors: { ...EXACT, unmatchedPreflights: 'IGNORE' },
    headers: { ...HERE, origin: 'https://evil.com' },
    code: 200,
  },
];

test.each(REQUESTS)('$what: $code', async ({ cors, headers, method, code }) => {
  const seen = await ask(cors, headers, method);
  expect(outcome(seen)).toBe(`${code} -`);
  expect(seen.attempts).toBe(code === 200 ? 0 : 1);
});

test('an injected fault comes first, and neither timeout nor mirror is for a preflight that is answered', async () => {
  const delay = { fixedDelay: '2s', percentage: { value: 100 } };
  const delayed = await ask(EXACT, HERE, 'OPTIONS', { fault: { delay }, timeout: '1s' });
  expect(outcome(delayed)).toBe('200 DI');
  expect(delayed.traffic.latencyMs.max).toBeCloseTo(2000, 6);
  const aborted = await ask(EXACT, HERE, 'OPTIONS', {
    fault: { abort: { httpStatus: 418, percentage: { value: 100 } } },
  });
  expect(outcome(aborted)).toBe('418 FI');
  const mirrored = await ask(EXACT, HERE, 'OPTIONS', { mirror: { host: 'server' } });
  expect(mirrored.edges.reduce((sum, edge) => sum + edge.mirrored, 0)).toBe(0);
});

test('a rate limit right before the router does not see it, one that stands first does', async () => {
  const requests = [{ name: 'r', to: 'http://server/', method: 'OPTIONS', headers: HERE }];
  const limit = (subFilter?: string) =>
    envoyFilter([insertion('SIDECAR_OUTBOUND', limitConfig(1, '3600s'), subFilter)], 'caller');
  const codes = async (manifests: string) =>
    (await callServer({ http: { corsPolicy: EXACT }, manifests, atMs: [0, 1, 2], traffic: { requests } })).traffic
      .codes;
  expect(await codes(limit('envoy.filters.http.router'))).toEqual({ 200: 3 });
  expect(await codes(limit())).toEqual({ 200: 1, 429: 2 });
});
