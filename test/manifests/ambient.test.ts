import { expect, test } from 'vitest';
import { MeshResolver, workloadName } from '../../src/mesh/index.js';
import { document, namespace, pods, serviceOf, waypoint } from '../support/ambient.js';
import { envoyFilter, insertion, limitConfig } from '../support/rate-limit.js';
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

function waypointClass(traffic: string): string {
  const metadata = { name: 'istio-waypoint', labels: { 'istio.io/waypoint-for': traffic } };
  const spec = { controllerName: 'istio.io/mesh-controller' };
  return document({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata, spec });
}

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
  {
    says: 'its own, which takes others by their labels',
    service: USE,
    gateways: waypoint('w', { from: SELECTOR }),
    by: null,
    code: 'waypoint-not-allowed',
  },
  {
    says: 'one that takes no labels at all',
    service: USE,
    gateways: waypoint('w', { from: { from: 'Selector' } }),
    by: null,
    code: 'waypoint-not-allowed',
  },
  {
    says: 'one whose listener is another',
    service: USE_OTHER,
    gateways: waypoint('w', { in: 'infra', from: { from: 'All' } }).replace('HBONE', 'HTTP'),
    by: null,
    code: 'waypoint-not-allowed',
  },
  {
    says: 'one of a class for workloads',
    service: USE,
    gateways: waypointClass('workload') + waypoint('w'),
    by: null,
    code: 'waypoint-not-for-services',
  },
  {
    says: 'one for services of a class for workloads',
    service: USE,
    gateways: waypointClass('workload') + waypoint('w', { labels: { 'istio.io/waypoint-for': 'service' } }),
    by: 'w',
  },
  {
    says: 'one, and is the Service of a waypoint',
    service: { ...USE, 'gateway.istio.io/managed': 'istio.io-mesh-controller' },
    gateways: waypoint('w'),
    by: null,
  },
  {
    says: 'one, and is the Service of a gateway',
    service: { ...USE, 'gateway.istio.io/managed': 'istio.io-gateway-controller' },
    gateways: waypoint('w'),
    by: 'w',
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

// Istio 1.31, pilot/pkg/networking/core/listener_waypoint.go, buildWaypointInternal: only addresses of services lead there.
test.each([
  { what: 'a headless Service', made: (labels: object) => headless(labels), over: false },
  {
    what: 'a ServiceEntry with an address',
    made: (labels: object) => entry(labels, { addresses: ['240.0.0.1'] }),
    over: true,
  },
  { what: 'one that istiod gives an address', made: (labels: object) => entry(labels, {}), over: true },
  { what: 'one that callers resolve', made: (labels: object) => entry(labels, { resolution: 'NONE' }), over: false },
  {
    what: 'a wildcard',
    made: (labels: object) => entry(labels, { hosts: ['*.b.com'], resolution: 'NONE' }),
    over: false,
  },
])('$what is behind a waypoint: $over', ({ made, over }) => {
  const { mesh, diagnostics } = load(waypoint('w') + made(USE));
  expect(mesh.services.some(({ waypoint }) => waypoint !== undefined)).toBe(over);
  const told = diagnostics.filter(({ code }) => code === 'waypoint-without-address');
  expect(told.map(({ line }) => line)).toEqual(over ? [] : [4]);
  const byNamespace = load(namespace('default', USE) + waypoint('w') + made({}));
  expect(byNamespace.diagnostics.filter(({ code }) => code.startsWith('waypoint'))).toEqual([]);
});

function headless(labels: object): string {
  const spec = { clusterIP: 'None', selector: { app: 'a' }, ports: [{ name: 'http', port: 80 }] };
  return document({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'default', labels }, spec });
}

function entry(labels: object, more: object): string {
  const ports = [{ number: 80, name: 'http', protocol: 'HTTP' }];
  const spec = { hosts: ['b.com'], resolution: 'DNS', ports, ...more };
  const metadata = { name: 'a', namespace: 'default', labels };
  return document({ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata, spec });
}

// Istio 1.31, pilot/pkg/serviceregistry/ambient/waypoints.go, getCanaryWeight: without a weight nothing goes there.
test.each([
  { weight: undefined, codes: [] },
  { weight: '0', codes: [] },
  { weight: '10', codes: ['not-modelled'] },
])('a second waypoint of weight $weight: $codes', ({ weight, codes }) => {
  const annotations = weight === undefined ? {} : { 'istio.io/use-waypoint-canary-weight': weight };
  const labels = { ...USE, 'istio.io/use-waypoint-canary': 'x' };
  const metadata = { name: 'a', namespace: 'default', labels, annotations };
  const spec = { selector: { app: 'a' }, ports: [{ name: 'http', port: 80 }] };
  const text = waypoint('w') + waypoint('x') + document({ apiVersion: 'v1', kind: 'Service', metadata, spec });
  expect(
    load(text)
      .diagnostics.map(({ code }) => code)
      .filter((code) => code === 'not-modelled'),
  ).toEqual(codes);
});

// Istio 1.31, pilot/pkg/model/policyattachment.go, ShouldAttachPolicy.
test.each([
  { what: 'pods in ambient mode', app: 'a', codes: ['6 envoy-filter-in-ambient'] },
  { what: 'a whole namespace in ambient mode', app: undefined, codes: ['6 envoy-filter-in-ambient'] },
  { what: 'a sidecar', app: 'side', codes: [] },
  { what: 'a gateway, by its context', app: 'a', context: 'GATEWAY', codes: [] },
])('a rate limit for $what: $codes', ({ app, context = 'SIDECAR_INBOUND', codes }) => {
  const labels = { 'sidecar.istio.io/inject': 'true' };
  const others = app === 'side' ? pods('side', { labels }) : '';
  const text = namespace('default', AMBIENT) + pods('a') + envoyFilter([insertion(context, limitConfig(1, '1s'))], app);
  expect(told(`${text}${others}`, 'envoy-filter-in-ambient')).toEqual(codes);
});

test('a rate limit for a waypoint by selector, or by targetRefs', () => {
  const filter = JSON.parse(envoyFilter([insertion('SIDECAR_INBOUND', limitConfig(1, '1s'))]).slice(4));
  const selector = { workloadSelector: { labels: { 'gateway.networking.k8s.io/gateway-name': 'w' } } };
  const text = (spec: object) => waypoint('w') + document({ ...filter, spec: { ...filter.spec, ...spec } });
  expect(told(text(selector), 'envoy-filter-in-ambient')).toEqual(['4 envoy-filter-in-ambient']);
  expect(told(text(target('Gateway', 'w')), 'not-modelled')).toEqual(['4 not-modelled']);
});

function told(text: string, wanted: string): readonly string[] {
  return load(text).diagnostics.flatMap(({ line, code }) => (code === wanted ? [`${line} ${code}`] : []));
}

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
