import { expect, test } from 'vitest';
import { load, reportOf } from '../support/run.js';
import { authorizationPolicy, requestAuthentication, strict } from '../support/security.js';
import { destinationRule, station } from '../support/stations.js';

const manifest = (apiVersion: string, kind: string, name: string, spec: object) =>
  `---\n${JSON.stringify({ apiVersion, kind, metadata: { name }, spec })}\n`;

/** A gateway for all hosts in front of `server`, with these fields of the route. */
function shop(route: object = {}): string {
  const servers = [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }];
  const http = [{ route: [{ destination: { host: 'server' } }], ...route }];
  return (
    station('server', { sidecar: true }) +
    manifest('networking.istio.io/v1', 'Gateway', 'shop', { selector: { istio: 'ingressgateway' }, servers }) +
    manifest('networking.istio.io/v1', 'VirtualService', 'shop', { hosts: ['*'], gateways: ['shop'], http })
  );
}

const AT_GATEWAY = { selector: { matchLabels: { istio: 'ingressgateway' } } };
const ROOT = { namespace: 'istio-system' };
const atGateway = (spec: object) => authorizationPolicy({ ...AT_GATEWAY, ...spec }, ROOT);

function given(manifests: string, request: object = {}, from: object = { gateway: 'istio-ingressgateway' }) {
  return {
    manifests,
    spec: {
      platform: { proxyCost: 'none' },
      workloads: { server: { endpoints: [{}] } },
      traffic: [{ name: 't', from, rate: '10/s', requests: [{ to: 'http://shop.com/', ...request }] }],
      run: { duration: '5s', warmup: '0s', replications: 1 },
    },
  };
}

async function outcomeOf(manifests: string, request: object = {}): Promise<string> {
  const { traffic } = await reportOf(given(manifests, request));
  return `${Object.keys(traffic[0]!.codes)} ${Object.keys(traffic[0]!.flags).join(',') || '-'}`;
}

// The reference's 1.2: a gateway's filters stand before routes and faults.
const GATEWAY: readonly (readonly [string, string, object, string])[] = [
  ['no policy', shop(), {}, '200 -'],
  ['a policy that allows nothing', shop() + atGateway({}), {}, '403 -'],
  ['a policy of a namespace', shop() + authorizationPolicy({}, ROOT), {}, '403 -'],
  ['a policy of the server', shop() + authorizationPolicy({}), {}, '403 -'],
  [
    'a policy before a fault',
    shop({ fault: { abort: { httpStatus: 418, percentage: { value: 100 } } } }) + atGateway({}),
    {},
    '403 -',
  ],
  [
    'a policy before a fault, allowed',
    shop({ fault: { abort: { httpStatus: 418, percentage: { value: 100 } } } }) + atGateway({ rules: [{}] }),
    {},
    '418 FI',
  ],
  ['a host', shop() + atGateway({ rules: [{ to: [{ operation: { hosts: ['shop.com'] } }] }] }), {}, '200 -'],
  ['the listener’s port', shop() + atGateway({ rules: [{ to: [{ operation: { ports: ['8080'] } }] }] }), {}, '200 -'],
  ['the service’s port', shop() + atGateway({ rules: [{ to: [{ operation: { ports: ['80'] } }] }] }), {}, '403 -'],
  ['a principal', shop() + atGateway({ rules: [{ from: [{ source: { principals: ['*'] } }] }] }), {}, '403 -'],
  ['an address', shop() + atGateway(fromBlock('ipBlocks', '10.0.0.0/8')), { sourceIp: '10.1.1.1' }, '200 -'],
  ['another address', shop() + atGateway(fromBlock('ipBlocks', '10.0.0.0/8')), { sourceIp: '11.1.1.1' }, '403 -'],
  ['an address that nobody gave', shop() + atGateway(fromBlock('ipBlocks', '0.0.0.0/0')), {}, '403 -'],
  [
    'the client’s address at the server',
    shop() + authorizationPolicy(fromBlock('remoteIpBlocks', '10.0.0.0/8')),
    { sourceIp: '10.1.1.1', headers: { 'x-forwarded-for': '12.1.1.1' } },
    '200 -',
  ],
  [
    'the gateway’s address at the server',
    shop() + authorizationPolicy(fromBlock('ipBlocks', '10.0.0.0/8')),
    { sourceIp: '10.1.1.1' },
    '403 -',
  ],
  ['a token of another issuer', shop() + jwtAtGateway('a'), { jwt: { issuer: 'b' } }, '401 -'],
  ['a token of its issuer', shop() + jwtAtGateway('a'), { jwt: { issuer: 'a' } }, '200 -'],
  [
    'the gateway’s identity at the server',
    shop() +
      authorizationPolicy({
        rules: [{ from: [{ source: { principals: ['*/sa/istio-ingressgateway-service-account'] } }] }],
      }),
    {},
    '200 -',
  ],
];

function fromBlock(field: string, block: string): object {
  return { rules: [{ from: [{ source: { [field]: [block] } }] }] };
}

function jwtAtGateway(issuer: string): string {
  return requestAuthentication({ ...AT_GATEWAY, jwtRules: [{ issuer }] }, ROOT);
}

test.each(GATEWAY)('at a gateway: %s', async (_, manifests, request, expected) => {
  expect(await outcomeOf(manifests, request)).toBe(expected);
});

const found = (manifests: string, request: object = {}, from?: object) =>
  load(given(manifests, request, from))
    .diagnostics.filter(({ code }) => ['access-denied', 'tls-mismatch', 'not-modelled'].includes(code))
    .map(({ file, line, code }) => `${file}:${line} ${code}`);

test('a request that a policy refuses is told where it is sent from', () => {
  const traffic = expect.stringMatching(/^scenario.yaml:\d+ access-denied$/);
  expect(found(shop())).toEqual([]);
  expect(found(shop() + authorizationPolicy({}))).toEqual([traffic]);
  expect(found(shop() + atGateway({}))).toEqual([traffic]);
});

test('a certificate that is not there cannot expire', () => {
  const plain = station('server', { sidecar: true }) + station('plain');
  const { spec, manifests } = given(plain, { to: 'http://server/' }, 'outside' as never);
  const strike = (workload: string) => ({ ...spec, faults: [{ at: '1s', certificate: { workload, expired: true } }] });
  const codes = (workload: string) => load({ manifests, spec: strike(workload) }).diagnostics.map(({ code }) => code);
  expect(codes('plain')).toContain('no-certificate');
  expect(codes('server')).not.toContain('no-certificate');
});

test('a server that is not reached is told where it is called', () => {
  const manifests = station('server', { sidecar: true }) + strict();
  const told = found(manifests, { to: 'http://server/' }, 'outside' as never);
  expect(told.filter((text) => !text.includes('not-modelled'))).toEqual([
    expect.stringMatching(/^scenario.yaml:\d+ tls-mismatch$/),
  ]);
});

// Istio 1.31, pilot/pkg/networking/core/listener.go, BuildListenerTLSContext.
const overTls = (tls: object) =>
  shop().replace(/"servers":\[.*?\}\]/, () => {
    const server = { port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['*'], tls };
    return `"servers":${JSON.stringify([server])}`;
  });

test.each([
  ['SIMPLE', { credentialName: 'c' }, []],
  ['MUTUAL', { credentialName: 'c' }, [expect.stringMatching(/^manifests.yaml:\d+ not-modelled$/)]],
  ['ISTIO_MUTUAL', {}, [expect.stringMatching(/^scenario.yaml:\d+ tls-mismatch$/)]],
])('a gateway that takes %s from clients outside the mesh', (mode, more, told) => {
  expect(found(overTls({ mode, ...more }), { to: 'https://shop.com/' })).toEqual(told);
});

test.each([
  ['ISTIO_MUTUAL', []],
  ['SIMPLE', [expect.stringMatching(/^scenario.yaml:\d+ tls-mismatch$/)]],
])('a gateway that takes ISTIO_MUTUAL from a sidecar whose DestinationRule says %s', (mode, told) => {
  const port = { number: 80, name: 'https', protocol: 'HTTPS' };
  const servers = [{ port, hosts: ['*'], tls: { mode: 'ISTIO_MUTUAL' } }];
  const manifests =
    station('a', { sidecar: true }) +
    station('out', { sidecar: true, labels: { istio: 'egress' } }) +
    manifest('networking.istio.io/v1', 'Gateway', 'out', { selector: { istio: 'egress' }, servers }) +
    destinationRule('out', { tls: { mode } });
  const { spec } = given(manifests, { to: 'http://out/' }, { workload: 'a' });
  const { diagnostics } = load({ manifests, spec: { ...spec, workloads: { a: { endpoints: [] } } } });
  const codes = diagnostics.filter(({ code }) => code === 'tls-mismatch');
  expect(codes.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual(told);
  const rule = manifests.split('\n').findIndex((line) => line.includes('DestinationRule')) + 1;
  for (const { help } of codes) expect(help).toContain(`(manifests.yaml:${rule})`);
});

test('an address that nobody gave is told where it is asked for', () => {
  const policy = atGateway(fromBlock('ipBlocks', '0.0.0.0/0'));
  expect(found(shop() + policy)).toContainEqual(expect.stringMatching(/^manifests.yaml:\d+ not-modelled$/));
  expect(found(shop() + policy, { sourceIp: '1.2.3.4' })).toEqual([]);
});
