import { expect, test } from 'vitest';
import { type EffectiveCluster, MeshResolver, type Workload } from '../../src/mesh/index.js';
import { gatewayWorkload, workload } from '../support/mesh.js';
import { meshOf, peerAuthentication, strict } from '../support/security.js';
import { deployment, destinationRule } from '../support/stations.js';

// Istio 1.31, pilot/pkg/networking/core/cluster_tls.go; pilot/pkg/model/push_context.go, BestEffortInferServiceMTLSMode;
// recorded from a real istiod in validation/istiod/auto-mtls.

const SIDECAR = deployment('in', { app: 'db', sidecar: true });
const BARE = deployment('out', { app: 'db', labels: { kind: 'bare' } });
const THROUGH = { loadBalancer: { simple: 'PASSTHROUGH' } };

function db(clusterIP: string | null): string {
  const spec = { selector: { app: 'db' }, ports: [{ name: 'http', port: 80 }], ...(clusterIP && { clusterIP }) };
  return `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' }, spec })}\n`;
}
const BALANCED = db(null);
const HEADLESS = db('None');

function clusterOf(manifests: string, subset: string | null = null, caller = workload('caller')): EffectiveCluster {
  const ref = { service: null, host: 'db.default.svc.cluster.local', port: 80, subset };
  return new MeshResolver(meshOf(manifests)).cluster(caller, ref)!;
}

const ROWS: readonly (readonly [name: string, manifests: string, tls: EffectiveCluster['tlsMode']])[] = [
  ['balanced, some with sidecars', BALANCED + SIDECAR + BARE, null],
  ['headless, all with sidecars', HEADLESS + SIDECAR, 'istio-mutual'],
  ['headless, some with sidecars', HEADLESS + SIDECAR + BARE, 'disable'],
  ['headless, without endpoints', HEADLESS, 'disable'],
  ['PASSTHROUGH, all with sidecars', BALANCED + SIDECAR + destinationRule('db', THROUGH), 'istio-mutual'],
  ['PASSTHROUGH, some with sidecars', BALANCED + SIDECAR + BARE + destinationRule('db', THROUGH), 'disable'],
  ['a namespace without mutual TLS', BALANCED + SIDECAR + strict('DISABLE'), 'disable'],
  ['a namespace that demands it', BALANCED + SIDECAR + strict(), null],
  [
    'a namespace without, whose workload demands it',
    BALANCED + SIDECAR + strict('DISABLE') + ofWorkload('STRICT'),
    'disable',
  ],
  ['a workload without', BALANCED + SIDECAR + ofWorkload('DISABLE'), null],
  ['headless, a workload without', HEADLESS + SIDECAR + ofWorkload('DISABLE'), 'istio-mutual'],
];

function ofWorkload(mode: string): string {
  return peerAuthentication({ selector: { matchLabels: { app: 'db' } }, mtls: { mode } }, { name: 'w' });
}

test.each(ROWS)('nobody speaks of TLS: %s', (_, manifests, tls) => {
  expect(clusterOf(manifests).tlsMode).toBe(tls);
});

test('a gateway balances a headless service, and asks the same of its endpoints', () => {
  const ofGateway = (manifests: string) => clusterOf(manifests, null, gatewayWorkload()).tlsMode;
  expect(ofGateway(HEADLESS + SIDECAR)).toBeNull();
  expect(ofGateway(HEADLESS + SIDECAR + BARE)).toBe('disable');
});

test('a subset is looked at by its own policy, not by what it inherits', () => {
  const all = BALANCED + SIDECAR + BARE;
  const inherits = destinationRule('db', THROUGH, [{ name: 'some', labels: { app: 'db' } }]);
  expect(clusterOf(all + inherits, 'some').tlsMode).toBe('istio-mutual');
  const own = destinationRule('db', undefined, [{ name: 'some', labels: { app: 'db' }, trafficPolicy: THROUGH }]);
  expect(clusterOf(all + own, 'some').tlsMode).toBe('disable');
});

// Secrets are for gateways and for the sidecars that a rule selects: the others are sent no TLS at all.
test.each([
  ['a sidecar', workload('caller'), {}, 'disable'],
  [
    'a sidecar that the rule selects',
    workload('caller'),
    { workloadSelector: { matchLabels: { app: 'caller' } } },
    'simple',
  ],
  ['a gateway', gatewayWorkload(), {}, 'simple'],
] as const)('a certificate of a secret at %s: %s', (_, caller: Workload, selector, tls) => {
  const spec = {
    host: 'db.default.svc.cluster.local',
    ...selector,
    trafficPolicy: { tls: { mode: 'SIMPLE', credentialName: 'c' } },
  };
  const rule = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'db' }, spec };
  expect(clusterOf(`${BALANCED + SIDECAR}---\n${JSON.stringify(rule)}\n`, null, caller).tlsMode).toBe(tls);
});

const POOL = { connectionPool: { tcp: { maxConnections: 1 } } };
const at80 = (settings: object) => ({ portLevelSettings: [{ port: { number: 80 }, ...settings }] });

// pilot/pkg/xds/endpoints/mtls_checker.go: a port's own word, else that of all ports; the subset's, else the service's.
test.each([
  ['the rule’s port', at80({ tls: { mode: 'DISABLE' } }), at80(POOL), 'disable'],
  ['the rule, for whoever has a sidecar', { tls: { mode: 'ISTIO_MUTUAL' } }, at80(POOL), 'mutual-with-sidecars'],
  ['the rule', { tls: { mode: 'SIMPLE' } }, at80(POOL), 'disable'],
  [
    'the subset',
    at80({ tls: { mode: 'DISABLE' } }),
    { tls: { mode: 'ISTIO_MUTUAL' }, ...at80(POOL) },
    'mutual-with-sidecars',
  ],
  ['nobody', POOL, at80(POOL), null],
])('settings of a subset’s port that say nothing of TLS: %s does', (_, policy, ofSubset, tls) => {
  const rule = destinationRule('db', policy, [{ name: 's', labels: { app: 'db' }, trafficPolicy: ofSubset }]);
  expect(clusterOf(BALANCED + SIDECAR + rule, 's').tlsMode).toBe(tls);
});

// mtls_checker.go: the rule's word goes before what the pods' PeerAuthentication says; those without a sidecar have no mark.
test.each([
  ['takes mutual TLS', '', 'in', 'mutual-tls'],
  ['does not take it', ofWorkload('DISABLE'), 'in', 'handshake-failure'],
  ['has no sidecar', '', 'out', 'plaintext'],
])('a port without TLS settings under a rule with ISTIO_MUTUAL, to a pod that %s', (_, policies, pod, transport) => {
  const rule = destinationRule('db', { tls: { mode: 'ISTIO_MUTUAL' }, ...at80(POOL) });
  const all = meshOf(BALANCED + SIDECAR + BARE + rule + policies);
  const resolver = new MeshResolver(all);
  const ref = { service: null, host: 'db.default.svc.cluster.local', port: 80, subset: null };
  const cluster = resolver.cluster(workload('caller'), ref)!;
  expect(resolver.entrance(all.workloads.find(({ name }) => name === pod)!, cluster).transport).toBe(transport);
});
