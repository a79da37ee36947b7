import { expect, test } from 'vitest';
import type { Alias, Mesh } from '../../src/mesh/index.js';
import { explainMesh, MeshResolver, renderExplainedMesh } from '../../src/mesh/index.js';
import * as given from '../support/mesh.js';
import { forwardOf, routesOf } from '../support/resolved.js';

// Istio 1.31, pilot/pkg/model/push_context.go, resolveServiceAliases; pilot/pkg/networking/core/httproute.go,
// generateVirtualHostDomains; route/route.go, GetDestinationCluster.

function alias(name: string, target: string, parts: Partial<Alias> = {}): Alias {
  const namespace = parts.namespace ?? 'default';
  const host = `${name}.${namespace}.svc.cluster.local`;
  return {
    origin: given.origin('Service', name),
    name,
    namespace,
    host,
    target: given.fqdn(target),
    ports: [],
    ...parts,
  };
}

const caller = given.workload('client');
const db = given.service('db', { ports: [given.port(80), given.port(81), given.port(90, { protocol: 'tcp' })] });
const api = given.externalService('api.example.com');

function meshWith(aliases: readonly Alias[], parts: Parameters<typeof given.mesh>[0] = {}): Mesh {
  return given.mesh({ services: [db, api], workloads: [caller], aliases, ...parts });
}

/** The cluster that calls go to. */
function clusterOf(mesh: Mesh, host: string, port = 80): string {
  const { cluster } = forwardOf(new MeshResolver(mesh).host(caller, host, port)).destinations[0]!;
  return `${cluster.host}:${cluster.port}`;
}

const NAMES: { host: string; to: string }[] = [
  { host: 'store', to: db.host },
  { host: 'store.default', to: db.host },
  { host: 'store.default.svc.cluster.local', to: db.host },
  { host: 'far', to: db.host }, // an alias of an alias
  { host: 'vendor', to: api.host },
  { host: 'other.shop', to: db.host },
];

test.each(NAMES)('$host stands for $to', ({ host, to }) => {
  const aliases = [
    alias('store', 'db'),
    alias('far', 'store'),
    alias('vendor', 'api.example.com'),
    alias('other', 'db', { namespace: 'shop' }),
  ];
  expect(clusterOf(meshWith(aliases), host)).toBe(`${to}:80`);
});

test('on every port of the service, TCP too, whatever ports the alias has', () => {
  const mesh = meshWith([alias('store', 'db')]);
  expect(clusterOf(mesh, 'store', 81)).toBe(`${db.host}:81`);
  const tcp = new MeshResolver(mesh).host(caller, 'store', 90);
  expect(tcp).toMatchObject({ kind: 'tcp', service: { name: 'db' } });
});

test('a name that stands for nobody known, or for itself, is an unknown host', () => {
  const mesh = meshWith([alias('out', 'nowhere.com'), alias('a', 'b'), alias('b', 'a')]);
  for (const host of ['out', 'a', 'b']) {
    expect(new MeshResolver(mesh).host(caller, host, 80)).toMatchObject({ kind: 'passthrough', service: null });
  }
});

test('routes and policies are those of whom it stands for', () => {
  const routeSets = [given.routeSet('db', [given.httpRoute({ name: 'own', timeoutMs: 7 })])];
  const destinationRules = [
    given.destinationRule('store', { policy: given.policy({ connectionPool: given.pool({ maxConnections: 1 }) }) }),
  ];
  const mesh = meshWith([alias('store', 'db')], { routeSets, destinationRules });
  expect(routesOf(new MeshResolver(mesh).host(caller, 'store', 80)).rules[0]!.name).toBe('own');
  const ref = { service: db, host: db.host, port: 80, subset: null };
  expect(new MeshResolver(mesh).cluster(caller, ref)!.limits.maxConnections).toBe(Infinity); // no cluster has its name
});

test('a VirtualService about the alias itself holds on the ports of the alias', () => {
  const routeSets = [given.routeSet('store', [given.httpRoute({ name: 'alias' })])];
  const mesh = meshWith([alias('store', 'db', { ports: [given.port(80)] })], { routeSets });
  const named = (host: string, port: number) =>
    routesOf(new MeshResolver(mesh).host(caller, host, port)).rules[0]!.name;
  expect([named('store', 80), named('store', 81), named('db', 80)]).toEqual(['alias', null, null]);
});

test('as a destination it is the cluster of whom it stands for, at gateways too', () => {
  const to = (host: string) => ({ kind: 'forward', destinations: [given.destination(host)] }) as const;
  const routeSets = [
    given.routeSet('api.example.com', [given.httpRoute({ action: to('store') })], { gateways: ['mesh', 'default/gw'] }),
  ];
  const workload = given.gatewayWorkload();
  const gateways = [given.gateway('gw', [given.server(80, ['*'])])];
  const mesh = meshWith([alias('store', 'db')], { routeSets, gateways, workloads: [caller, workload] });
  expect(clusterOf(mesh, 'api.example.com')).toBe(`${db.host}:80`);
  const atGateway = forwardOf(new MeshResolver(mesh).host(workload, 'api.example.com', 80));
  expect(atGateway.destinations[0]!.cluster).toMatchObject({ host: db.host, service: { name: 'db' } });
});

test('a Sidecar that does not name it hides the alias alone', () => {
  const sidecarScopes = [given.sidecarScope({ egress: given.egress(`*/${db.host}`) })];
  const mesh = meshWith([alias('store', 'db')], { sidecarScopes });
  expect(new MeshResolver(mesh).host(caller, 'store', 80)).toMatchObject({
    kind: 'passthrough',
    service: { name: 'db' },
  });
  expect(clusterOf(mesh, 'db')).toBe(`${db.host}:80`);
});

test('explain lists it', () => {
  const mesh = meshWith([alias('store', 'db')]);
  const text = renderExplainedMesh(explainMesh(new MeshResolver(mesh), mesh));
  expect(text).toContain('  store, an alias of db.default.svc.cluster.local (mesh.yaml:1)\n');
});
