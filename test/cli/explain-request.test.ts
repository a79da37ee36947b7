import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf, say } from '../support/outside.js';
import { deployment, manifest, service, virtualService } from '../support/stations.js';

const SCENARIOS = resolve(import.meta.dirname, '../../scenarios');

const RULES = [
  { name: 'asked', match: [{ method: { exact: 'PUT' } }, { queryParams: { v: { exact: '2' } } }], to: 'two' },
  { name: 'path', match: [{ uri: { prefix: '/API' }, ignoreUriCase: true }], to: 'one' },
  { name: 'guests', match: [{ withoutHeaders: { user: {} } }], to: 'one' },
].map(({ name, match, to }) => ({ name, match, route: [{ destination: { host: to } }] }));

const MANIFESTS = [
  deployment('client', { sidecar: true }),
  ...['one', 'two'].flatMap((name) => [deployment(name, { sidecar: true }), service(name)]),
  virtualService('one', [...RULES, { name: 'moved', match: [{ uri: { exact: '/old' } }], redirect: { uri: '/new' } }]),
].join('');

async function walk(request: string, ...flags: string[]) {
  const { exit, stdout, stderr } = await say(folderOf({ 'all.yaml': MANIFESTS }), [
    'explain',
    'request',
    request,
    '.',
    '--from',
    'client',
    ...flags,
  ]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout;
}

/** The block that begins with this line. */
function block(text: string, title: string): string[] {
  const lines = text.split('\n');
  const start = lines.indexOf(title);
  return lines.slice(start + 1, lines.indexOf('', start)).map((line) => line.trim());
}

test('explain request says of each rule whether it takes the request, and why', async () => {
  const text = await walk('GET http://one/api/x?v=1', '-H', 'user: jane');
  expect(block(text, 'the rules, in order')).toEqual([
    '1.         passed over: asked (all.yaml:12)',
    'no: method is GET, asked for: is PUT',
    'no: query parameter v is 1, asked for: is 2',
    '2.         taken: path (all.yaml:12)',
    'path starts with /API in any case',
    '3.         not reached: guests (all.yaml:12)',
    '4.         not reached: moved (all.yaml:12)',
  ]);
  expect(block(text, 'on its way').at(-1)).toBe('sent       100 % to one:80 as one/api/x?v=1, with user: jane');
  expect(text).toContain('cluster outbound|80||one.default.svc.cluster.local');
  expect(text).not.toContain('two.default.svc');
});

test.each([
  { request: 'http://one/b?v=2', rule: 1, why: 'query parameter v is 2' },
  { request: 'PUT http://one/b', rule: 1, why: 'method is PUT' },
  { request: 'http://one/x/../api', rule: 2, why: 'path starts with /API in any case' },
  { request: 'http://one/b', rule: 3, why: 'header user is absent' },
])('$request: rule $rule, since $why', async ({ request, rule, why }) => {
  const lines = block(await walk(request), 'the rules, in order');
  const taken = lines.findIndex((line) => line.startsWith(`${rule}. `));
  expect(lines[taken]).toContain('taken:');
  expect(lines[taken + 1]).toBe(why);
});

test.each([
  { request: 'http://one/old', flags: ['-H', 'user: x'], answer: '301, from this proxy' },
  { request: 'http://one/none', flags: ['-H', 'user: x'], answer: '404, flag NR, from this proxy' },
])('$request is answered $answer', async ({ request, flags, answer }) => {
  expect(block(await walk(request, ...flags), 'the answer')).toEqual([`status     ${answer}`]);
});

test('explain request --format json', async () => {
  const document = JSON.parse(await walk('http://one/b', '--format', 'json'));
  expect(document).toMatchObject({
    schema: 'drymesh.dev/explain-request/v1',
    asked: { method: 'GET', host: 'one', port: 80, path: '/b' },
    rules: [
      { verdict: 'passed over' },
      { verdict: 'passed over' },
      { verdict: 'taken', alternatives: [{ holds: true, conditions: [{ what: 'header user', found: null }] }] },
      { verdict: 'not reached' },
    ],
    sent: [{ path: '/b', authority: 'one' }],
    reply: null,
  });
});

test('without a path it is the folder that one stands in', async () => {
  const typed = ['explain', 'request', 'http://reviews:9080/', '--from', 'productpage-v1', '-H', 'end-user: jason'];
  const { exit, stdout } = await say(`${SCENARIOS}/bookinfo`, typed);
  expect(exit).toBe(0);
  expect(stdout).toContain('taken: testers (manifests/reviews-routing.yaml:9)');
});

test.each([
  { typed: ['GET'], said: '"GET" is no URL' },
  { typed: ['GET http://one/ HTTP/1.1'], said: 'is no request: write' },
  { typed: ['http://one/', '-H', 'nonsense'], said: '"nonsense" is no header' },
  { typed: ['http://one/', '-H', 'Host: two'], said: 'a request has its host from its URL' },
  { typed: ['tcp://one:80'], said: 'tcp has connections and no requests' },
  { typed: ['http://one/', '.', '--from', 'cleint'], said: 'did you mean client?' },
  { typed: [], said: 'an argument is missing: drymesh explain request <request> [path]' },
])('drymesh explain request $typed is refused', async ({ typed, said }) => {
  const { exit, stderr } = await say(folderOf({ 'all.yaml': MANIFESTS }), ['explain', 'request', ...typed]);
  expect(exit).toBe(2);
  expect(stderr).toContain(said);
});

const POLICIES = `---
{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: strict}, spec: {mtls: {mode: STRICT}}}
---
{apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: {name: tokens}, spec: {
  selector: {matchLabels: {app: one}}, jwtRules: [{issuer: acme}]}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: readers}
spec:
  selector: {matchLabels: {app: one}}
  rules:
  - to: [{operation: {methods: [GET]}}]
    from: [{source: {requestPrincipals: ["*"]}}]
`;
const READERS = 'readers (all.yaml:19)';

test.each([
  {
    what: 'a token of the issuer',
    typed: ['http://one/api', '--jwt', '{"issuer": "acme", "claims": {"sub": "jane"}}'],
    told: ['token      taken: issuer acme (all.yaml:17)', `policies   allowed by ${READERS}`],
  },
  {
    what: 'another token',
    typed: ['http://one/api', '--jwt', '{"issuer": "other"}'],
    told: ['token      refused with 401', 'policies   not asked'],
  },
  {
    what: 'no token',
    typed: ['http://one/api'],
    told: ['policies   403: no ALLOW policy matches'],
  },
])('explain request tells what the server makes of $what', async ({ typed, told }) => {
  const folder = folderOf({ 'all.yaml': MANIFESTS + POLICIES });
  const { stdout } = await say(folder, ['explain', 'request', ...typed, '--from', 'client']);
  expect(block(stdout, 'at one')).toEqual(['over       mutual TLS', 'mode       STRICT (all.yaml:14)', ...told]);
});

test('a token that is none is refused', async () => {
  const { exit, stderr } = await say(folderOf({ 'all.yaml': MANIFESTS }), [
    ...['explain', 'request', 'http://one/', '--jwt', 'eyJhbGciOi'],
  ]);
  expect(exit).toBe(2);
  expect(stderr).toContain('"eyJhbGciOi" is no token: write');
});

// Envoy, source/common/router/router.cc, finalTimeout: the header may shorten what the route allows.
test.each([
  { header: '300m', rule: '1s', timeout: '300ms (grpc-timeout)' },
  { header: '2S', rule: '1s', timeout: '1s (all.yaml:1)' },
  { header: '2S', rule: undefined, timeout: '2s (grpc-timeout)' },
])('grpc-timeout $header where the route says $rule', async ({ header, rule, timeout }) => {
  const manifests = [
    deployment('client', { sidecar: true }),
    deployment('rpc', { sidecar: true }),
    service('rpc', 80, 'grpc'),
    virtualService('rpc', rule === undefined ? {} : { timeout: rule }),
  ].join('');
  const { stdout } = await say(folderOf({ 'all.yaml': manifests }), [
    ...['explain', 'request', 'grpc://rpc/a.B/C', '.', '--from', 'client', '-H', `grpc-timeout: ${header}`],
  ]);
  const said = block(stdout, 'on its way').find((line) => line.startsWith('timeout'))!;
  expect(said.replace(/all.yaml:\d+/, 'all.yaml:1')).toBe(`timeout    ${timeout}`);
});

test.each([
  { request: 'http://shop.com:443/', closed: ['it comes in plaintext, and this port takes TLS'] },
  { request: 'https://shop.com/', closed: [] },
  { request: 'https://shop.com:80/', closed: ['it comes in TLS, and this port takes plaintext'] },
  { request: 'http://shop.com/', closed: [] },
])('explain request at a gateway: $request', async ({ request, closed }) => {
  const server = (number: number, protocol: string, more: object) => ({
    port: { number, name: protocol, protocol },
    hosts: ['shop.com'],
    ...more,
  });
  const tls = { tls: { mode: 'SIMPLE', credentialName: 'shop' } };
  const manifests = [
    deployment('door'),
    manifest('v1', 'Service', 'door', { selector: { app: 'door' }, ports: [{ name: 'http', port: 80 }] }),
    manifest('networking.istio.io/v1', 'Gateway', 'door', {
      selector: { app: 'door' },
      servers: [server(443, 'HTTPS', tls), server(80, 'HTTP', {})],
    }),
    manifest('networking.istio.io/v1', 'VirtualService', 'shop', {
      hosts: ['shop.com'],
      gateways: ['door'],
      http: [{ route: [{ destination: { host: 'one' } }] }],
    }),
    deployment('one', { sidecar: true }),
    service('one'),
  ].join('');
  const { stdout } = await say(folderOf({ 'all.yaml': manifests }), [
    'explain',
    'request',
    request,
    '.',
    '--from',
    'door',
  ]);
  const said = block(stdout, 'the host').filter((line) => line.startsWith('closed'));
  expect(said.map((line) => line.replace(/closed +/, ''))).toEqual(closed);
  expect(stdout.includes('the rules, in order')).toBe(closed.length === 0);
});
