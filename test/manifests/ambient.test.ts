import { expect, test } from 'vitest';
import { MeshResolver, workloadName } from '../../src/mesh/index.js';
import { document, namespace, pods, serviceOf, waypoint } from '../support/ambient.js';
import { load } from './support.js';

const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const NONE = { 'istio.io/dataplane-mode': 'none' };
const INJECTED = { 'istio-injection': 'enabled' };
const OUT = { 'sidecar.istio.io/inject': 'false' };

// Source: Istio 1.31, cni/pkg/util/podutil.go; manifests/charts/istio-cni/values.yaml, enablementSelectors.
test.each([
  { says: 'nobody says anything', labels: {}, is: 'sidecar' },
  { says: 'the namespace is ambient', space: AMBIENT, is: 'ambient' },
  { says: 'the namespace is, the pod opts out', space: AMBIENT, labels: NONE, is: 'outside' },
  { says: 'the pod is', labels: AMBIENT, is: 'ambient' },
  { says: 'the pod is, its namespace is not', space: { team: 'a' }, labels: AMBIENT, is: 'ambient' },
  { says: 'the namespace is both', space: { ...AMBIENT, ...INJECTED }, is: 'sidecar' },
  {
    says: 'the namespace is both, the pod has no sidecar',
    space: { ...AMBIENT, ...INJECTED },
    labels: OUT,
    is: 'ambient',
  },
  { says: 'the pod has a sidecar', space: AMBIENT, labels: { 'sidecar.istio.io/inject': 'true' }, is: 'sidecar' },
  { says: 'the pod has the network of its node', space: AMBIENT, spec: { hostNetwork: true }, is: 'outside' },
  { says: 'kube-system is', in: 'kube-system', space: AMBIENT, is: 'outside' },
])('$says: $is', ({ space, labels = {}, spec = {}, is, ...at }) => {
  const owner = at.in ?? 'default';
  const text = (space === undefined ? '' : namespace(owner, space)) + pods('a', { in: owner, labels, spec });
  const { proxy, ambient } = load(text).mesh.workloads[0]!;
  expect(proxy !== null ? 'sidecar' : ambient ? 'ambient' : 'outside').toBe(is);
});

const USE = { 'istio.io/use-waypoint': 'w' };
const USE_OTHER = { ...USE, 'istio.io/use-waypoint-namespace': 'infra' };
const SELECTOR = { from: 'Selector', selector: { matchLabels: { team: 'shop' } } };

// Source: Istio 1.31, pilot/pkg/serviceregistry/ambient/waypoints.go, fetchWaypointForService.
test.each([
  { says: 'its own label', service: USE, gateways: waypoint('w'), by: 'w' },
  { says: 'its namespace', space: USE, gateways: waypoint('w'), by: 'w' },
  { says: 'its namespace, but it opts out', space: USE, service: { 'istio.io/use-waypoint': 'none' }, by: null },
  {
    says: 'its own label before its namespace',
    space: USE,
    service: { 'istio.io/use-waypoint': 'x' },
    gateways: waypoint('w') + waypoint('x'),
    by: 'x',
  },
  {
    says: 'one for all',
    service: USE,
    gateways: waypoint('w', { labels: { 'istio.io/waypoint-for': 'all' } }),
    by: 'w',
  },
  {
    says: 'one for workloads',
    service: USE,
    gateways: waypoint('w', { labels: { 'istio.io/waypoint-for': 'workload' } }),
    by: null,
    code: 'waypoint-not-for-services',
  },
  {
    says: 'one for nothing',
    service: USE,
    gateways: waypoint('w', { labels: { 'istio.io/waypoint-for': 'none' } }),
    by: null,
    code: 'waypoint-not-for-services',
  },
  { says: 'one that is not there', service: USE, by: null, code: 'waypoint-not-found' },
  {
    says: 'one of another namespace',
    service: USE_OTHER,
    gateways: waypoint('w', { in: 'infra', from: { from: 'All' } }),
    by: 'infra/w',
  },
  {
    says: 'one that keeps to itself',
    service: USE_OTHER,
    gateways: waypoint('w', { in: 'infra' }),
    by: null,
    code: 'waypoint-not-allowed',
  },
  {
    says: 'one that takes the labels of the namespace',
    space: { team: 'shop' },
    service: USE_OTHER,
    gateways: waypoint('w', { in: 'infra', from: SELECTOR }),
    by: 'infra/w',
  },
  {
    says: 'one that takes other labels',
    space: { team: 'pay' },
    service: USE_OTHER,
    gateways: waypoint('w', { in: 'infra', from: SELECTOR }),
    by: null,
    code: 'waypoint-not-allowed',
  },
])('a service names $says: $by', ({ space = {}, service = {}, gateways = '', by, code }) => {
  const client = pods('client', { labels: AMBIENT });
  const { mesh, diagnostics } = load(
    namespace('default', space) + gateways + client + serviceOf('a', { labels: service }),
  );
  const caller = mesh.workloads.find(({ name }) => name === 'client')!;
  const found = new MeshResolver(mesh).waypointOf(caller, mesh.services.find(({ name }) => name === 'a')!);
  expect(found && workloadName(found)).toBe(by);
  expect(diagnostics.map((each) => each.code).filter((each) => each.startsWith('waypoint'))).toEqual(
    code ? [code] : [],
  );
});

// Reference section 6: sidecars and whoever is outside skip the waypoint, gateways unless istio.io/ingress-use-waypoint.
test.each([
  { caller: 'ambient', labels: {}, over: true },
  { caller: 'sidecar', labels: {}, over: false },
  { caller: 'outside', labels: {}, over: false },
  { caller: 'istio-ingressgateway', labels: {}, over: false },
  { caller: 'istio-ingressgateway', labels: { 'istio.io/ingress-use-waypoint': 'true' }, over: true },
  { caller: 'sidecar', labels: { 'istio.io/ingress-use-waypoint': 'true' }, over: false },
])('$caller with $labels goes over the waypoint: $over', ({ caller, labels, over }) => {
  const callers = pods('ambient', { labels: AMBIENT }) + pods('sidecar') + pods('outside', { labels: OUT });
  const { mesh } = load(waypoint('w') + callers + serviceOf('a', { labels: { ...USE, ...labels } }));
  const workload = mesh.workloads.find(({ name }) => name === caller)!;
  const found = new MeshResolver(mesh).waypointOf(workload, mesh.services.find(({ name }) => name === 'a')!);
  expect(found !== null).toBe(over);
});

test('a waypoint has a pod of its own, or those of its Deployment', () => {
  const own = pods('w', {
    replicas: 3,
    labels: { 'gateway.networking.k8s.io/gateway-name': 'w' },
    spec: { containers: [{ name: 'istio-proxy', image: 'proxy' }] },
  });
  const found = (text: string) => load(text).mesh.workloads.find(({ role }) => role === 'waypoint');
  expect(found(waypoint('w'))).toMatchObject({ name: 'w', replicas: 1, proxy: { cpuLimit: 2, concurrency: 2 } });
  expect(found(waypoint('w') + own)).toMatchObject({ kind: 'Deployment', replicas: 3 });
});

test('a mesh without ambient mode has nothing of it', () => {
  const { mesh } = load(pods('a') + serviceOf('a'));
  expect(JSON.stringify(mesh)).not.toMatch(/ambient|waypoint/);
});

const L7 = { to: [{ operation: { methods: ['GET'] } }] };
const L4 = { from: [{ source: { namespaces: ['default'] } }] };
const IN_MESH = namespace('default', AMBIENT) + pods('a') + serviceOf('a');
const BOUND = namespace('default', AMBIENT) + waypoint('w') + pods('a') + serviceOf('a', { labels: USE });
const security = (kind: string, spec: object) =>
  document({ apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'x' }, spec });
const networking = (kind: string, spec: object) =>
  document({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'x' }, spec });
const ROUTES = networking('VirtualService', { hosts: ['a'], http: [{ route: [{ destination: { host: 'a' } }] }] });
const RULE = networking('DestinationRule', { host: 'a', trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } });
const SELECTS = { selector: { matchLabels: { app: 'a' } } };
const target = (kind: string, name: string, group = 'gateway.networking.k8s.io') => ({
  targetRefs: [{ kind, name, group: kind === 'Service' ? '' : group }],
});

// Kiali's codes for what does not act in ambient mode; which policy acts where: reference section 6.
test.each([
  { what: 'a VirtualService, no waypoint', given: IN_MESH + ROUTES, codes: ['KIA1109'] },
  { what: 'a VirtualService, a waypoint', given: BOUND + ROUTES, codes: [] },
  { what: 'a DestinationRule, no waypoint', given: IN_MESH + RULE, codes: ['KIA0210'] },
  { what: 'a DestinationRule, a waypoint', given: BOUND + RULE, codes: [] },
  { what: 'a VirtualService, sidecars', given: pods('a') + serviceOf('a') + ROUTES, codes: [] },
  {
    what: 'methods for a selector, no waypoint',
    given: IN_MESH + security('AuthorizationPolicy', { ...SELECTS, rules: [L7] }),
    codes: ['KIA0109'],
  },
  {
    what: 'methods for a selector, a waypoint',
    given: BOUND + security('AuthorizationPolicy', { ...SELECTS, action: 'DENY', rules: [L7] }),
    codes: ['IST0133', 'KIA0110'],
  },
  {
    what: 'namespaces for a selector',
    given: IN_MESH + security('AuthorizationPolicy', { ...SELECTS, rules: [L4] }),
    codes: [],
  },
  {
    what: 'tokens for a selector',
    given: IN_MESH + security('RequestAuthentication', { ...SELECTS, jwtRules: [{ issuer: 'i', jwks: '{}' }] }),
    codes: ['KIA1110'],
  },
  {
    what: 'methods for the Service, a waypoint',
    given: BOUND + security('AuthorizationPolicy', { ...target('Service', 'a'), rules: [L7] }),
    codes: [],
  },
  {
    what: 'methods for the waypoint',
    given: BOUND + security('AuthorizationPolicy', { ...target('Gateway', 'w'), rules: [L7] }),
    codes: [],
  },
  {
    what: 'methods for a Service without a waypoint',
    given: IN_MESH + security('AuthorizationPolicy', { ...target('Service', 'a'), rules: [L7] }),
    codes: ['KIA0109'],
  },
  {
    what: 'methods for a Gateway that is no waypoint',
    given: BOUND + security('AuthorizationPolicy', { ...target('Gateway', 'g'), rules: [L7] }),
    codes: ['not-modelled'],
  },
  {
    what: 'a mode that does not exist',
    given: namespace('default', { 'istio.io/dataplane-mode': 'mesh' }),
    codes: ['bad-label'],
  },
  {
    what: 'a waypoint of pods',
    given: pods('a', { labels: { ...AMBIENT, ...USE } }) + waypoint('w'),
    codes: ['not-modelled'],
  },
  {
    what: 'a Gateway of another class',
    given: document({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'g' },
      spec: { gatewayClassName: 'istio' },
    }),
    codes: ['not-modelled'],
  },
])('$what: $codes', ({ given, codes }) => {
  const strict = document({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'default', namespace: 'istio-system' },
    spec: { mtls: { mode: 'PERMISSIVE' } },
  });
  const told = load(given + strict).diagnostics.map(({ code, refuses }) => `${code}${refuses ? '!' : ''}`);
  expect(told).toEqual(codes);
});
