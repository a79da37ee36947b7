import { expect, test } from 'vitest';
import { burst, callServer, outcome, type Setup } from './call-server.js';

// A subset is a cluster of its own beside that of the whole service, and shares nothing with it: istio-envoy-semantics 3.2;
// Istio 1.31, pilot/pkg/networking/core/cluster_builder.go, buildSubsetCluster.

const BOTH: Setup = {
  http: [
    { match: [{ uri: { prefix: '/subset' } }], route: [{ destination: { host: 'server', subset: 'all' } }] },
    { route: [{ destination: { host: 'server' } }] },
  ] as unknown as object,
  subsets: [{ name: 'all', labels: { app: 'server' } }],
};
const requests = (...paths: readonly string[]) => ({
  requests: paths.map((path) => ({ name: path === '/' ? 'whole' : 'subset', to: `http://server${path}`, weight: 1 })),
});
const takes = (wait: string) => ({ endpoints: [{ steps: [{ wait }] }] });

test('limits: as many requests again', async () => {
  const policy = { connectionPool: { http: { http2MaxRequests: 5 } } };
  const given = { ...BOTH, policy, server: takes('1s'), network: '1ms', seconds: 10 };
  const one = await callServer({ ...given, atMs: burst(40) });
  expect(one.traffic.codes).toEqual({ 200: 5, 503: 35 });
  const both = await callServer({ ...given, traffic: { ...requests('/', '/subset') }, rate: 4000, seconds: 0.01 });
  expect(both.traffic.codes['200']).toBe(10);
});

test('connections: each opens its own', async () => {
  const seen = async (...paths: readonly string[]) => {
    const given = { ...BOTH, server: takes('1ms'), traffic: requests(...paths), rate: 10, seconds: 20 };
    return (await callServer(given)).counter('upstream_cx_total');
  };
  expect(await seen('/')).toBe(1);
  expect(await seen('/', '/subset')).toBe(2);
});

test('outlier detection: a host that one has ejected is well in the other', async () => {
  const policy = { outlierDetection: { maxEjectionPercent: 100, baseEjectionTime: '1h' } };
  const server = {
    endpoints: [{ match: { path: '/subset' }, respond: { status: 500 } }, { respond: { status: 200 } }],
  };
  const given = { ...BOTH, policy, server, http: BOTH.http!, rate: 10, seconds: 20 };
  const whole = await callServer({ ...given, traffic: requests('/', '/subset') });
  expect(whole.traffic.codes['500']).toBe(5);
  expect(whole.traffic.flags).toEqual({ UH: whole.traffic.codes['503'] });
  expect(whole.traffic.codes['200']! + whole.traffic.codes['503']! + 5).toBe(whole.requests);
  expect(outcome(await callServer({ ...given, traffic: requests('/') }))).toBe('200 -');
});
