import { expect, test } from 'vitest';
import { authorize, MeshResolver, verifyToken } from '../../src/mesh/index.js';
import { station } from '../support/stations.js';
import { loadFiles } from './support.js';

const POLICIES: Readonly<Record<string, object>> = {
  PeerAuthentication: {
    selector: { matchLabels: { app: 'a' } },
    mtls: { mode: 'STRICT' },
    portLevelMtls: { 80: { mode: 'DISABLE' } },
  },
  RequestAuthentication: {
    selector: { matchLabels: { app: 'a' } },
    jwtRules: [
      {
        issuer: 'i',
        audiences: ['x'],
        fromHeaders: [{ name: 'authorization', prefix: 'Bearer ' }],
        fromParams: ['t'],
        forwardOriginalToken: true,
        outputClaimToHeaders: [{ header: 'x-sub', claim: 'sub' }],
        spaceDelimitedClaims: ['roles'],
      },
    ],
  },
  AuthorizationPolicy: {
    action: 'ALLOW',
    rules: [
      {
        from: [
          {
            source: {
              principals: ['*'],
              requestPrincipals: ['i/s'],
              namespaces: ['n*'],
              ipBlocks: ['10.0.0.0/8'],
              notRemoteIpBlocks: ['2001:db8::/32'],
            },
          },
        ],
        to: [{ operation: { hosts: ['h'], ports: ['80'], methods: ['GET'], paths: ['/a/{*}/{**}'] } }],
        when: [{ key: 'request.auth.claims[a][b]', values: ['x'], notValues: ['y'] }],
      },
    ],
  },
};
const HOSTILE: readonly unknown[] = [
  null,
  {},
  [],
  [null],
  -1,
  1e300,
  true,
  '',
  '*',
  '\u0000',
  '{**}{**}',
  '::/129',
  '1:2:3:4:5:6:7:8:9::',
  '[][]',
  'request.headers[]',
  'request.auth.claims[__proto__]',
  'a'.repeat(5000),
  JSON.parse('{"__proto__": {"x": 1}, "constructor": {}}'),
];

/** The object with every one of its nodes replaced in turn. */
function* replaced(value: unknown, by: unknown): Generator<unknown> {
  yield by;
  if (Array.isArray(value)) {
    for (const [i, entry] of value.entries()) for (const other of replaced(entry, by)) yield value.with(i, other);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value)) {
      for (const other of replaced(entry, by)) yield { ...value, [key]: other };
    }
  }
}

const TOKEN = { issuer: 'i', claims: { sub: 's', aud: 'x', a: { b: ['x'] } } };
const HTTP = { method: 'GET', path: '/a/b/c', host: 'h', headers: {}, token: TOKEN };
const FACTS = { peer: { namespace: 'n', serviceAccount: 's' }, port: 80, serverName: null, http: HTTP };

test.each(Object.entries(POLICIES))('%s with anything anywhere is read or refused, and judged', (kind, spec) => {
  let read = 0;
  for (const by of HOSTILE) {
    for (const other of replaced(spec, by)) {
      const policy = { apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'x' }, spec: other };
      const { mesh } = loadFiles({ 'a.yaml': station('a', { sidecar: true }), 'x.yaml': JSON.stringify(policy) });
      const resolver = new MeshResolver(mesh);
      const [server] = mesh.workloads;
      const policies = resolver.policies(server!);
      resolver.mutualTls(server!, 80);
      if (policies !== null) {
        const token = verifyToken(policies.tokens, HTTP);
        for (const address of [null, '10.1.1.1', '::1'])
          authorize(policies, { ...FACTS, peerAddress: address, clientAddress: address }, token);
      }
      read++;
    }
  }
  expect(read).toBeGreaterThan(100);
});
