import { expect, test } from 'vitest';
import { MeshResolver, type TlsMode } from '../../../src/mesh/index.js';
import { port, service, workload } from '../../support/mesh.js';
import { meshOf, peerAuthentication, strict } from '../../support/security.js';

const SELECTOR = { selector: { matchLabels: { app: 'server' } } };
const server = workload('server');
const mode = (mtls: string) => ({ mtls: { mode: mtls } });
const root = (mtls: string) => strict(mtls, { namespace: 'istio-system', name: 'mesh' });

function modeOf(policies: readonly string[], at = 8080): string {
  const mesh = { ...meshOf(policies.join('')), workloads: [server] };
  const { mode: found, origin } = new MeshResolver(mesh).mutualTls(server, at);
  return `${found} ${origin === null ? 'default' : `${origin.resource.namespace}/${origin.resource.name}`}`;
}

// Istio 1.31, pilot/pkg/security/authn/policy_applier.go, ComposePeerAuthentication.
const PRECEDENCE: readonly (readonly [string, readonly string[], string])[] = [
  ['nobody says anything', [], 'permissive default'],
  ['the mesh alone', [root('STRICT')], 'strict istio-system/mesh'],
  ['the namespace before the mesh', [root('STRICT'), strict('DISABLE')], 'disable default/x'],
  ['another namespace', [strict('STRICT', { namespace: 'other' })], 'permissive default'],
  [
    'the workload before the namespace',
    [strict('DISABLE'), peerAuthentication({ ...SELECTOR, ...mode('STRICT') }, { name: 'w' })],
    'strict default/w',
  ],
  [
    'the port before the workload',
    [
      peerAuthentication({
        ...SELECTOR,
        ...mode('STRICT'),
        portLevelMtls: { 8080: { mode: 'DISABLE' } },
      }),
    ],
    'disable default/x',
  ],
  [
    'another port',
    [peerAuthentication({ ...SELECTOR, ...mode('STRICT'), portLevelMtls: { 80: { mode: 'DISABLE' } } })],
    'strict default/x',
  ],
  [
    'a port that is unset takes the workload',
    [peerAuthentication({ ...SELECTOR, ...mode('STRICT'), portLevelMtls: { 8080: { mode: 'UNSET' } } })],
    'strict default/x',
  ],
  [
    'a workload that is unset takes the namespace',
    [strict('STRICT', { name: 'n' }), peerAuthentication({ ...SELECTOR }, { name: 'w' })],
    'strict default/n',
  ],
  ['a namespace that is unset takes the mesh', [root('STRICT'), strict('UNSET')], 'strict istio-system/mesh'],
  ['a mesh that is unset is permissive', [root('UNSET')], 'permissive default'],
  ['of two the older', [strict('STRICT', { name: 'b' }), strict('DISABLE', { name: 'a' })], 'strict default/b'],
  [
    'of two the older, unset or not',
    [strict('UNSET', { name: 'b' }), strict('STRICT', { name: 'a' })],
    'permissive default',
  ],
  [
    'a selector in the root namespace is nobody’s',
    [peerAuthentication({ ...SELECTOR, ...mode('STRICT') }, { namespace: 'istio-system' })],
    'permissive default',
  ],
  [
    'a selector of others',
    [peerAuthentication({ selector: { matchLabels: { app: 'client' } }, ...mode('STRICT') })],
    'permissive default',
  ],
];

test.each(PRECEDENCE)('%s', (_, policies, expected) => {
  expect(modeOf(policies)).toBe(expected);
});

// The reference's 3.8 and 5.1; Istio 1.31, core/cluster_tls.go and listener_inbound.go.
const TRANSPORTS: readonly (readonly [client: TlsMode | null, byServer: Readonly<Record<string, string>>])[] = [
  [null, { strict: 'mutual-tls', permissive: 'mutual-tls', disable: 'plaintext', 'no sidecar': 'plaintext' }],
  [
    'istio-mutual',
    {
      strict: 'mutual-tls',
      permissive: 'mutual-tls',
      disable: 'handshake-failure',
      'no sidecar': 'handshake-failure',
    },
  ],
  ['disable', { strict: 'refused', permissive: 'plaintext', disable: 'plaintext', 'no sidecar': 'plaintext' }],
  [
    'simple',
    { strict: 'handshake-failure', permissive: 'handshake-failure', disable: 'handshake-failure', 'no sidecar': 'tls' },
  ],
  [
    'unverified',
    {
      strict: 'certificate-refused',
      permissive: 'handshake-failure',
      disable: 'handshake-failure',
      'no sidecar': 'tls',
    },
  ],
  [
    'mutual',
    { strict: 'handshake-failure', permissive: 'handshake-failure', disable: 'handshake-failure', 'no sidecar': 'tls' },
  ],
];

test.each(
  TRANSPORTS.flatMap(([client, row]) => Object.entries(row).map(([end, found]) => [client, end, found] as const)),
)('tls %s to a server %s: %s', (client, end, expected) => {
  expect(transport(client, end, 'http')).toBe(expected);
});

test.each(['auto', 'tcp', 'tls'] as const)(
  'a permissive %s port passes the application’s own TLS through',
  (protocol) => {
    expect(transport('simple', 'permissive', protocol)).toBe('tls');
    expect(transport('simple', 'strict', protocol)).toBe('handshake-failure');
  },
);

function transport(client: TlsMode | null, end: string, protocol: 'http' | 'auto' | 'tcp' | 'tls'): string {
  const isOutside = end === 'no sidecar';
  const pods = workload('server', isOutside ? { proxy: null } : {});
  const services = [service('server', { ports: [port(80, { protocol, targetPort: 8080 })] })];
  const mesh = { ...meshOf(strict(isOutside ? 'STRICT' : end.toUpperCase())), services, workloads: [pods] };
  return new MeshResolver(mesh).transport(client, pods, 8080, null);
}

// Istio 1.31, pilot/pkg/serviceregistry/ambient/authorization.go, convertedSelectorPeerAuthentications.
const AMBIENT_PORTS: readonly (readonly [string, object, object, string])[] = [
  ['STRICT, ports of its own', mode('STRICT'), { 8080: { mode: 'DISABLE' } }, 'disable'],
  ['STRICT, a permissive port', mode('STRICT'), { 8080: { mode: 'PERMISSIVE' } }, 'permissive'],
  ['unset, a port without it alone', {}, { 8080: { mode: 'DISABLE' } }, 'strict'],
  ['unset, a permissive port', {}, { 8080: { mode: 'PERMISSIVE' } }, 'permissive'],
  [
    'unset, a port without it beside a permissive one',
    {},
    { 8080: { mode: 'DISABLE' }, 80: { mode: 'PERMISSIVE' } },
    'disable',
  ],
];
test.each(AMBIENT_PORTS)('in ambient mode below a STRICT namespace: %s', (_, own, portLevelMtls, expected) => {
  const policies = [
    strict('STRICT', { name: 'n' }),
    peerAuthentication({ ...SELECTOR, ...own, portLevelMtls }, { name: 'w' }),
  ];
  const pods = workload('server', { proxy: null, ambient: true });
  const mesh = { ...meshOf(policies.join('')), workloads: [pods] };
  expect(new MeshResolver(mesh).mutualTls(pods, 8080).mode).toBe(expected);
});
