import { expect, test } from 'vitest';
import { callServer, type Seen, type Setup } from './call-server.js';

// istio-envoy-semantics 4.1; Istio 1.31, pilot/pkg/networking/core/cluster_builder.go, convertResolution.

const entry = (spec: object) =>
  `---\n${JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'x' }, spec })}\n`;
const ADDRESSES = [{ address: '192.0.2.1' }, { address: '192.0.2.2' }];
const NAMES = [{ address: 'a.example.org' }, { address: 'b.example.org' }];

/** Calls a host outside that answers at two addresses. */
function callExternal(spec: object, more: Setup): Promise<Seen> {
  const ports = [{ number: 80, name: 'http', protocol: 'HTTP' }];
  return callServer({
    rate: 50,
    seconds: 20,
    url: 'http://x.com/',
    ...more,
    manifests: entry({ hosts: ['x.com'], ports, ...spec }) + (more.manifests ?? ''),
    workloads: { 'x.com': { endpoints: [{}], replicas: 2 } },
  });
}

/** One of the addresses refuses, and no proxy hears of it. */
const HALF_DEAD = {
  faults: [{ at: '0s', for: '1h', crash: { workload: 'x.com', pods: 1 } }],
  platform: { endpointDelay: '10h' },
};
const attemptsOf = ({ edges }: Seen) => edges.reduce((sum, { attempts }) => sum + attempts, 0);

test.each([
  { resolution: 'STATIC', endpoints: ADDRESSES },
  { resolution: 'DNS', endpoints: NAMES },
])('$resolution: all addresses are balanced, and a failed connection is tried again at another one', async (spec) => {
  const seen = await callExternal(spec, HALF_DEAD);
  expect(seen.traffic.codes).toEqual({ 200: seen.requests });
  const failed = attemptsOf(seen) - seen.requests;
  expect(Math.abs(failed / seen.requests - 0.5)).toBeLessThan(0.05);
});

// Envoy, source/extensions/clusters/original_dst.
test('NONE: the application has chosen the address, and tries go there alone', async () => {
  const seen = await callExternal({ resolution: 'NONE' }, HALF_DEAD);
  const { 200: well = 0, 503: failed = 0 } = seen.traffic.codes;
  expect(Math.min(well, failed)).toBeGreaterThan(0);
  expect(seen.traffic.flags).toEqual({ UF: failed, URX: failed });
  expect(attemptsOf(seen)).toBe(well + 3 * failed);
});

test.each(['STATIC', 'NONE'])(
  '%s: what a VirtualService and a DestinationRule say holds as for any service',
  async (resolution) => {
    const spec = { resolution, ...(resolution === 'STATIC' && { endpoints: ADDRESSES }) };
    const route = { retries: { attempts: 0 }, timeout: '1s', route: [{ destination: { host: 'x.com' } }] };
    const rules = [
      { kind: 'VirtualService', metadata: { name: 'x' }, spec: { hosts: ['x.com'], http: [route] } },
      {
        kind: 'DestinationRule',
        metadata: { name: 'x' },
        spec: {
          host: 'x.com',
          trafficPolicy: {
            outlierDetection: { consecutive5xxErrors: 1, maxEjectionPercent: 100, baseEjectionTime: '1h' },
          },
        },
      },
    ];
    const manifests = rules.map(
      (rule) => `---\n${JSON.stringify({ apiVersion: 'networking.istio.io/v1', ...rule })}\n`,
    );
    const seen = await callExternal(spec, { ...HALF_DEAD, manifests: manifests.join('') });
    expect(attemptsOf(seen)).toBe(seen.requests);
    expect(seen.traffic.codes[503]).toBeGreaterThan(0);
    if (resolution === 'STATIC') expect(seen.traffic.codes[503]).toBe(1); // ejected at once
  },
);

// Istio 1.31, pilot/pkg/model/push_context.go, initServiceRegistry; recorded in validation/istiod/external-conflicts.
test.each([
  { port: 80, code: 503 },
  { port: 81, code: 200 },
])('of two ServiceEntries of one host each endpoint serves its own port: $port', async ({ port, code }) => {
  const other = { hosts: ['x.com'], resolution: 'STATIC', ports: [{ number: 81, name: 'b', protocol: 'HTTP' }] };
  const manifests = entry({ ...other, endpoints: ADDRESSES.slice(1) }).replace('"name":"x"', '"name":"y"');
  const spec = { resolution: 'STATIC', endpoints: ADDRESSES.slice(0, 1) };
  const seen = await callExternal(spec, { ...HALF_DEAD, manifests, url: `http://x.com:${port}/` });
  expect(seen.traffic.codes).toEqual({ [code]: seen.requests });
});
