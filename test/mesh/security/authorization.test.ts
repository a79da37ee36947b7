import { describe, expect, test } from 'vitest';
import { authorize, MeshResolver, type RequestFacts, verifyToken } from '../../../src/mesh/index.js';
import { workload } from '../../support/mesh.js';
import { authorizationPolicy, meshOf, requestAuthentication, type Scope } from '../../support/security.js';

const TOKEN = {
  issuer: 'https://issuer.example.com',
  claims: {
    sub: 'jason',
    aud: ['books', 'films'],
    azp: 'app',
    groups: ['admin', 'dev'],
    scope: 'read write',
    nested: { role: 'owner' },
    level: 5,
  },
};
const HTTP = {
  method: 'GET',
  path: '/books/1/pages?size=5',
  host: 'Shop.example.com:8080',
  headers: { 'x-user': 'jason', empty: '' },
  token: TOKEN,
};
const FACTS: RequestFacts = {
  peer: { namespace: 'front', serviceAccount: 'web' },
  peerAddress: '10.1.2.3',
  clientAddress: '203.0.113.9',
  port: 8080,
  serverName: 'outbound_.80_._.server.default.svc.cluster.local',
  http: HTTP,
};
const JWT = requestAuthentication({ jwtRules: [{ issuer: TOKEN.issuer }] }, { name: 'jwt' });
const server = workload('server');

function judge(policies: string, facts: RequestFacts = FACTS) {
  const found = new MeshResolver({ ...meshOf(JWT + policies), workloads: [server] }).policies(server)!;
  return authorize(found, facts, facts.http === null ? { kind: 'none' } : verifyToken(found.tokens, facts.http));
}

/** Whether an ALLOW rule matches. */
function matches(rule: object, facts?: RequestFacts): boolean {
  return judge(authorizationPolicy({ rules: [rule] }), facts).allowed;
}

const source = (fields: object) => ({ from: [{ source: fields }] });
const operation = (fields: object) => ({ to: [{ operation: fields }] });
const when = (key: string, ...values: readonly string[]) => ({ when: [{ key, values }] });

// The reference's 5.3; Istio 1.31, pilot/pkg/security/authz/model/generator.go and matcher/.
const OPERATORS: Readonly<Record<string, readonly (readonly [rule: object, isMet: boolean])[]>> = {
  principals: [
    [source({ principals: ['cluster.local/ns/front/sa/web'] }), true],
    [source({ principals: ['cluster.local/ns/front/sa/we'] }), false],
    [source({ principals: ['spiffe://cluster.local/ns/front/sa/web'] }), false],
    [source({ principals: ['cluster.local/ns/front/*'] }), true],
    [source({ principals: ['*/sa/web'] }), true],
    [source({ principals: ['*'] }), true],
    [source({ notPrincipals: ['cluster.local/ns/front/sa/web'] }), false],
    [source({ notPrincipals: ['cluster.local/ns/back/*'] }), true],
    [source({ principals: ['*'], notPrincipals: ['*/sa/web'] }), false],
  ],
  namespaces: [
    [source({ namespaces: ['front'] }), true],
    [source({ namespaces: ['fro'] }), false],
    [source({ namespaces: ['fr*t'] }), true],
    [source({ namespaces: ['*'] }), true],
    [source({ notNamespaces: ['front'] }), false],
    [source({ notNamespaces: ['back'] }), true],
  ],
  serviceAccounts: [
    [source({ serviceAccounts: ['front/web'] }), true],
    [source({ serviceAccounts: ['web'] }), false], // of the policy's own namespace
    [source({ notServiceAccounts: ['front/web'] }), false],
  ],
  ipBlocks: [
    [source({ ipBlocks: ['10.0.0.0/8'] }), true],
    [source({ ipBlocks: ['10.1.2.3'] }), true],
    [source({ ipBlocks: ['10.1.2.0/31', '10.1.2.4/30'] }), false],
    [source({ ipBlocks: ['0.0.0.0/0'] }), true],
    [source({ ipBlocks: ['::/0'] }), false],
    [source({ notIpBlocks: ['10.1.0.0/16'] }), false],
    [source({ notIpBlocks: ['10.2.0.0/16'] }), true],
  ],
  remoteIpBlocks: [
    [source({ remoteIpBlocks: ['203.0.113.0/24'] }), true],
    [source({ remoteIpBlocks: ['10.0.0.0/8'] }), false],
    [source({ notRemoteIpBlocks: ['203.0.113.9'] }), false],
  ],
  requestPrincipals: [
    [source({ requestPrincipals: ['https://issuer.example.com/jason'] }), true],
    [source({ requestPrincipals: ['https://issuer.example.com/*'] }), true],
    [source({ requestPrincipals: ['https://issuer.example.com/ja*'] }), true],
    [source({ requestPrincipals: ['*/jason'] }), true],
    [source({ requestPrincipals: ['*.example.com/jason'] }), true],
    [source({ requestPrincipals: ['*'] }), true],
    [source({ requestPrincipals: ['https://other.example.com/jason'] }), false],
    [source({ notRequestPrincipals: ['*'] }), false],
  ],
  hosts: [
    [operation({ hosts: ['shop.example.com:8080'] }), true],
    [operation({ hosts: ['shop.example.com'] }), false],
    [operation({ hosts: ['shop.example.com:*'] }), true],
    [operation({ hosts: ['*.EXAMPLE.com:8080'] }), true],
    [operation({ notHosts: ['shop.*'] }), false],
  ],
  ports: [
    [operation({ ports: ['8080'] }), true],
    [operation({ ports: ['80'] }), false],
    [operation({ notPorts: ['80', '8080'] }), false],
  ],
  methods: [
    [operation({ methods: ['GET', 'HEAD'] }), true],
    [operation({ methods: ['get'] }), false],
    [operation({ methods: ['G*'] }), true],
    [operation({ notMethods: ['POST'] }), true],
  ],
  paths: [
    [operation({ paths: ['/books/1/pages'] }), true],
    [operation({ paths: ['/books/1/pages?size=5'] }), false],
    [operation({ paths: ['/Books*'] }), false],
    [operation({ paths: ['/books/*'] }), true],
    [operation({ paths: ['*/pages'] }), true],
    [operation({ paths: ['*'] }), true],
    [operation({ paths: ['/books/{*}/pages'] }), true],
    [operation({ paths: ['/books/{*}'] }), false],
    [operation({ paths: ['/books/{**}'] }), true],
    [operation({ paths: ['/{**}/pages'] }), true],
    [operation({ paths: ['/{*}/{*}'] }), false],
    [operation({ notPaths: ['/books/*'] }), false],
  ],
  when: [
    [when('request.headers[X-User]', 'jason'), true],
    [when('request.headers[x-user]', '*'), true],
    [when('request.headers[x-user]', 'ja*'), true],
    [when('request.headers[empty]', '*'), true],
    [when('request.headers[none]', '*'), false],
    [when('request.headers[:method]', 'GET'), true],
    [when('request.headers[Authorization]', '*'), false], // taken off when it was verified
    [{ when: [{ key: 'request.headers[none]', notValues: ['x'] }] }, true],
    [when('source.ip', '10.1.0.0/16'), true],
    [when('remote.ip', '203.0.113.9'), true],
    [when('source.namespace', 'front'), true],
    [when('source.principal', '*/sa/web'), true],
    [when('source.serviceAccount', 'front/web'), true],
    [when('destination.port', '8080'), true],
    [when('connection.sni', '*.svc.cluster.local'), true],
    [when('request.auth.principal', '*/jason'), true],
    [when('request.auth.audiences', 'films'), true],
    [when('request.auth.presenter', 'app'), true],
    [when('request.auth.claims[groups]', 'dev'), true],
    [when('request.auth.claims[groups]', 'ops'), false],
    [when('request.auth.claims[nested][role]', 'own*'), true],
    [when('request.auth.claims[scope]', 'write'), true],
    [when('request.auth.claims[iss]', 'https://*'), true],
    [when('request.auth.claims[level]', '5'), false], // a number is no text
    [when('request.auth.claims[none]', '*'), false],
  ],
};

describe.each(Object.entries(OPERATORS))('%s', (_, rows) => {
  test.each(rows)('%j: %s', (rule, isMet) => {
    expect(matches(rule)).toBe(isMet);
  });
});

test('fields of one source and one operation, and all of a rule, must be met together', () => {
  const both = { ...source({ namespaces: ['front'], ipBlocks: ['10.0.0.0/8'] }), ...operation({ methods: ['GET'] }) };
  expect(matches(both)).toBe(true);
  expect(matches({ ...both, ...operation({ methods: ['PUT'] }) })).toBe(false);
  expect(matches({ ...both, ...source({ namespaces: ['front'], ipBlocks: ['11.0.0.0/8'] }) })).toBe(false);
  expect(matches({ from: [{ source: { namespaces: ['x'] } }, { source: { namespaces: ['front'] } }] })).toBe(true);
});

test.each([source({ principals: ['*'] }), source({ namespaces: ['*'] }), source({ serviceAccounts: ['front/web'] })])(
  'without a certificate nobody is %j',
  (rule) => {
    expect(matches(rule, { ...FACTS, peer: null })).toBe(false);
  },
);

test('whoever is nobody is not those that are named', () => {
  expect(matches(source({ notPrincipals: ['cluster.local/ns/front/sa/web'] }), { ...FACTS, peer: null })).toBe(true);
});

test.each([
  ['source.ip', { ...FACTS, peerAddress: null }],
  ['remote.ip', { ...FACTS, clientAddress: null }],
  ['destination.ip', FACTS],
] as const)('%s that nobody gave is in no block, and that is told', (key, facts) => {
  const verdict = judge(authorizationPolicy({ rules: [when(key, '0.0.0.0/0')] }), facts);
  expect(verdict.allowed).toBe(false);
  expect(verdict.guessed.map(({ attribute }) => attribute)).toEqual([key]);
});

const allow = (rules: readonly object[], scope: Scope = {}) =>
  authorizationPolicy({ rules }, { name: 'allow', ...scope });
const deny = (rules: readonly object[], scope: Scope = {}) =>
  authorizationPolicy({ action: 'DENY', rules }, { name: 'deny', ...scope });
const GET = operation({ methods: ['GET'] });
const PUT = operation({ methods: ['PUT'] });

// The reference's 5.3, order per request; Istio 1.31, pilot/pkg/security/authz/builder/builder.go.
const ORDER: readonly (readonly [string, string, boolean, string | null])[] = [
  ['no policy but for tokens', '', true, null],
  ['spec: {} allows nothing', authorizationPolicy({}), false, null],
  ['rules: [{}] allows all', allow([{}]), true, 'allow'],
  ['DENY rules: [{}] denies all', deny([{}]), false, 'deny'],
  ['DENY before ALLOW', allow([{}]) + deny([GET]), false, 'deny'],
  ['a DENY that does not match', deny([PUT]), true, null],
  ['a DENY that does not match, and an ALLOW that does not', deny([PUT]) + allow([PUT]), false, null],
  ['one of several ALLOW', allow([PUT]) + allow([GET], { name: 'other' }), true, 'other'],
  ['of one the second rule', allow([PUT, GET]), true, 'allow'],
  ['AUDIT decides nothing', authorizationPolicy({ action: 'AUDIT', rules: [{}] }), true, null],
  ['a provider is taken to allow', custom(), true, null],
  ['a provider that is declared is taken to allow', custom() + meshConfig('p'), true, null],
  ['of several providers none is asked', custom() + custom('q'), false, 'p'],
  ['a provider that nobody has declared denies', custom() + meshConfig('q'), false, 'p'],
  ['a dry run denies nothing', deny([{}], { annotations: { 'istio.io/dry-run': 'true' } }), true, null],
  ['a dry run is no ALLOW policy', allow([PUT], { annotations: { 'istio.io/dry-run': 'T' } }), true, null],
  ['a dry run of another word', deny([{}], { annotations: { 'istio.io/dry-run': 'yes' } }), false, 'deny'],
  ['the root namespace’s', deny([{}], { namespace: 'istio-system' }), false, 'deny'],
  ['another namespace’s', deny([{}], { namespace: 'other' }), true, null],
  ['the selector of others', selecting('client'), true, null],
  ['the own selector', selecting('server'), false, 'x'],
  ['a selector in the root namespace', selecting('server', 'istio-system'), false, 'x'],
];

function custom(provider = 'p'): string {
  return authorizationPolicy({ action: 'CUSTOM', provider: { name: provider }, rules: [{}] }, { name: provider });
}

function meshConfig(provider: string): string {
  const mesh = JSON.stringify({ extensionProviders: [{ name: provider, envoyExtAuthzHttp: {} }] });
  const metadata = { name: 'istio', namespace: 'istio-system' };
  return `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { mesh } })}\n`;
}

function selecting(app: string, namespace = 'default'): string {
  return authorizationPolicy({ action: 'DENY', selector: { matchLabels: { app } }, rules: [{}] }, { namespace });
}

test.each(ORDER)('%s', (_, policies, allowed, by) => {
  const verdict = judge(policies);
  expect([verdict.allowed, verdict.by?.name ?? null]).toEqual([allowed, by]);
});

test('a short service account is one of the policy’s namespace', () => {
  const rule = source({ serviceAccounts: ['web'] });
  const own = { ...FACTS, peer: { namespace: 'default', serviceAccount: 'web' } };
  expect(matches(rule, own)).toBe(true);
});

// Istio 1.31, pilot/pkg/security/authz/model/model.go, checkError: what a real istiod made of the TCP port 8082.
const ON_TCP: readonly (readonly [string, string, boolean])[] = [
  ['DENY of a path denies all', deny([operation({ paths: ['/admin*'], methods: ['GET'] })]), false],
  ['DENY of a namespace', deny([source({ namespaces: ['front'] })]), false],
  ['DENY of another namespace and a path', deny([{ ...source({ namespaces: ['bad'] }), ...GET }]), true],
  ['DENY of a path on another port', deny([operation({ paths: ['/x'], ports: ['80'] })]), true],
  ['ALLOW of a path allows nothing', allow([GET]), false],
  ['ALLOW of a namespace', allow([source({ namespaces: ['front'] })]), true],
  [
    'ALLOW of a namespace or a token holder',
    allow([{ from: [{ source: { namespaces: ['front'] } }, { source: { requestPrincipals: ['*'] } }] }]),
    false,
  ],
  ['ALLOW of a header, and of a namespace in a rule of its own', allow([GET, source({ namespaces: ['front'] })]), true],
  ['ALLOW of an address', allow([source({ remoteIpBlocks: ['203.0.113.9'] })]), true],
];

test.each(ON_TCP)('on TCP: %s', (_, policies, allowed) => {
  expect(judge(policies, { ...FACTS, http: null }).allowed).toBe(allowed);
});

describe('the policies that a real istiod was given', () => {
  const policies =
    deny([operation({ paths: ['/admin*'], methods: ['GET'] }), source({ namespaces: ['bad'] })]) +
    allow([
      {
        from: [
          { source: { principals: ['cluster.local/ns/a/sa/b'], notNamespaces: ['x'] } },
          { source: { ipBlocks: ['10.0.0.0/8'], remoteIpBlocks: ['1.2.3.4'] } },
        ],
        ...operation({
          hosts: ['h', 'h:*'],
          paths: ['/a', '/p*', '*/s', '/x/{*}/y', '/z/{**}'],
          notMethods: ['POST'],
          ports: ['8080'],
        }),
        when: [{ key: 'request.headers[x-v]', values: ['a'], notValues: ['b'] }],
      },
      source({ serviceAccounts: ['sec/sa1'] }),
    ]) +
    deny([operation({ paths: ['/meshwide'] })], { name: 'root', namespace: 'istio-system' });
  const b = { namespace: 'a', serviceAccount: 'b' };
  const http = { ...HTTP, host: 'h:80', path: '/x/1/y', headers: { 'x-v': 'a' }, token: null };
  const sa1 = { namespace: 'sec', serviceAccount: 'sa1' };

  test.each([
    ['all that the first rule asks', { peer: b }, {}, true],
    ['another method', { peer: b }, { method: 'POST' }, false],
    ['another host', { peer: b }, { host: 'g' }, false],
    ['another path', { peer: b }, { path: '/x/1/2/y' }, false],
    ['no header', { peer: b }, { headers: {} }, false],
    ['by address', { peer: null, clientAddress: '1.2.3.4' }, {}, true],
    ['by the wrong address', { peer: null, clientAddress: '1.2.3.5' }, {}, false],
    ['by service account', { peer: sa1 }, { path: '/any' }, true],
    ['denied by path', { peer: sa1 }, { path: '/admin/x' }, false],
    ['not denied by another method', { peer: sa1 }, { path: '/admin/x', method: 'PUT' }, true],
    ['denied by the mesh', { peer: sa1 }, { path: '/meshwide' }, false],
    ['denied by namespace', { peer: { namespace: 'bad', serviceAccount: 'sa1' } }, {}, false],
  ])('%s', (_, facts, request, allowed) => {
    expect(judge(policies, { ...FACTS, ...facts, http: { ...http, ...request } }).allowed).toBe(allowed);
  });
});
