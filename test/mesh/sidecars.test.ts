import { expect, test } from 'vitest';
import { MeshResolver, type SidecarScope } from '../../src/mesh/index.js';
import { destination, egress, mesh, port, routeSet, ruleTo, service, sidecarScope, workload } from '../support/mesh.js';
import { namesOf } from '../support/resolved.js';

// The mesh of istiogen's checks `base` and `sidecar`.
const SERVICES = [
  service('server', { ports: [port(80), port(82, { protocol: 'tcp' })] }),
  service('client', { ports: [port(8000)] }),
  service('o1', { namespace: 'other' }),
  service('o2', { namespace: 'other' }),
];
const SCOPES: readonly SidecarScope[] = [
  sidecarScope({
    name: 'root',
    namespace: 'istio-system',
    egress: egress('other/o1.other.svc.cluster.local'),
    outboundTrafficPolicy: 'registry-only',
  }),
  sidecarScope({ name: 'nsdefault', egress: egress('./*') }),
  sidecarScope({
    name: 'sel',
    workloadSelector: { app: 'client' },
    egress: egress('*/o2.other.svc.cluster.local', './server.default.svc.cluster.local'),
  }),
];
const RESOLVER = new MeshResolver(mesh({ services: SERVICES, sidecarScopes: SCOPES }));
const THIRD = workload('x', { namespace: 'third' });
const CALLER = workload('y');

// Reference section 4.2; istiogen check `sidecar`.
const OUTCOMES = [
  { caller: workload('client'), host: 'server', kind: 'routes', why: 'its own Sidecar lists it' },
  { caller: workload('client'), host: 'o2.other', kind: 'routes', why: 'by any namespace' },
  { caller: workload('client'), host: 'o1.other', kind: 'passthrough', why: 'the selector’s Sidecar alone counts' },
  { caller: workload('server'), host: 'server', kind: 'routes', why: 'the namespace’s Sidecar' },
  { caller: workload('server'), host: 'o2.other', kind: 'passthrough', why: 'knows its own namespace only' },
  { caller: THIRD, host: 'o1.other', kind: 'routes', why: 'the root namespace’s Sidecar' },
  { caller: THIRD, host: 'o2.other', kind: 'blocked', why: 'which allows nothing else' },
  { caller: THIRD, host: 'unknown.example.com', kind: 'blocked', why: 'not even outside' },
];

test.each(OUTCOMES)('$caller.namespace/$caller.name calls $host: $kind, $why', ({ caller, host, kind }) => {
  expect(RESOLVER.host(caller, host, 80).kind).toBe(kind);
});

test('a hidden service still owns its address; its proxy has no cluster for it', () => {
  const caller = workload('server');
  const hidden = SERVICES[3]!;
  expect(RESOLVER.host(caller, 'o2.other', 80)).toEqual({ kind: 'passthrough', service: hidden, isHttp: true });
  expect(RESOLVER.cluster(caller, { service: hidden, host: hidden.host, port: 80, subset: null })).toBeNull();
});

test('`~/*`: nothing is known', () => {
  const sidecarScopes = [sidecarScope({ egress: egress('~/*') })];
  const resolver = new MeshResolver(mesh({ services: SERVICES, sidecarScopes }));
  expect(resolver.host(workload('client'), 'server', 80)).toMatchObject({ kind: 'passthrough', isHttp: false });
  expect(resolver.host(workload('client'), 'server', 82).kind).toBe('passthrough');
});

test('an entry with a port speaks for that port alone', () => {
  const [own] = egress('./*');
  const [others] = egress('other/*');
  const sidecarScopes = [sidecarScope({ egress: [{ ...own!, port: 80 }, others!] })];
  const resolver = new MeshResolver(mesh({ services: SERVICES, sidecarScopes }));
  expect(resolver.host(workload('client'), 'server', 80).kind).toBe('routes');
  expect(resolver.host(workload('client'), 'o1.other', 80).kind).toBe('passthrough');
  expect(resolver.host(workload('client'), 'client', 8000).kind).toBe('passthrough');
});

// istiod imports the destinations of the VirtualServices that a Sidecar imports (pilot/pkg/model/sidecar.go).
test('a VirtualService that the Sidecar lets in brings the clusters of its destinations', () => {
  const sidecarScopes = [sidecarScope({ egress: egress('./server.default.svc.cluster.local') })];
  const routeSets = [routeSet('server', [ruleTo('elsewhere', [], 'o1.other.svc.cluster.local')])];
  const resolver = new MeshResolver(mesh({ services: SERVICES, sidecarScopes, routeSets }));
  const caller = workload('client');
  expect(namesOf(resolver.host(caller, 'server', 80))).toEqual(['elsewhere']);
  const ref = { service: null, host: 'o1.other.svc.cluster.local', port: 80, subset: null };
  expect(resolver.cluster(caller, ref)).not.toBeNull();
  expect(resolver.host(caller, 'o1.other', 80).kind).toBe('passthrough');
});

test('a VirtualService that the Sidecar hides leaves the default route', () => {
  const sidecarScopes = [sidecarScope({ egress: egress('other/*') })];
  const set = routeSet('o1', [ruleTo('r')], { hosts: ['o1.other.svc.cluster.local'] });
  const resolver = new MeshResolver(mesh({ services: SERVICES, sidecarScopes, routeSets: [set] }));
  expect(namesOf(resolver.host(workload('client'), 'o1.other', 80))).toEqual(['default']);
});

// Istio 1.31, pilot/pkg/model/sidecar.go, collectImportedServices; recorded in validation/istiod/sidecar-egress.
test('an egress entry for a port gives clusters for that port; a destination those of the ports that it names', () => {
  const services = [service('two', { ports: [port(80), port(81)] }), service('far', { ports: [port(90), port(91)] })];
  const to = destination('far', { port: 91 });
  const rule = { ...ruleTo('r'), action: { kind: 'forward', destinations: [to] } } as const;
  const scope = sidecarScope({ egress: [{ ...egress('./two.default.svc.cluster.local')[0]!, port: 81 }] });
  const open = sidecarScope({ egress: egress('./two.default.svc.cluster.local') });
  const clusterOf = (one: SidecarScope, name: number, number: number) => {
    const resolver = new MeshResolver(mesh({ services, sidecarScopes: [one], routeSets: [routeSet('two', [rule])] }));
    return resolver.cluster(CALLER, { service: null, host: services[name]!.host, port: number, subset: null });
  };
  expect(clusterOf(scope, 0, 80)).toBeNull();
  expect(clusterOf(scope, 0, 81)).not.toBeNull();
  expect(clusterOf(open, 0, 80)).not.toBeNull();
  expect(clusterOf(open, 1, 90)).toBeNull();
  expect(clusterOf(open, 1, 91)).not.toBeNull();
});

test('what an egress entry excludes is unknown, whatever else lets it in', () => {
  const excluded = { namespace: 'other', host: 'o1.other.svc.cluster.local', excluded: true };
  const scope = sidecarScope({ egress: [{ port: null, hosts: [...egress('*/*')[0]!.hosts, excluded] }] });
  const resolver = new MeshResolver(mesh({ services: SERVICES, sidecarScopes: [scope] }));
  expect(resolver.host(CALLER, 'o1.other', 80).kind).toBe('passthrough');
  expect(resolver.host(CALLER, 'o2.other', 80).kind).toBe('routes');
});
