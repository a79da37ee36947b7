import { expect, test } from 'vitest';
import type { Gateway, HttpRoute, Mesh, RouteSet, Service, Workload } from '../../src/mesh/index.js';
import { ISTIO_SETTINGS } from '../../src/mesh/index.js';
import { starterScenario } from '../../src/scenario/index.js';
import { load } from './support.js';

const origin = {
  file: 'm.yaml',
  line: 1,
  column: 1,
  resource: { kind: 'K', namespace: 'default', name: 'n' },
  path: '',
};

function workload(fields: Partial<Workload>): Workload {
  const name = fields.name ?? 'w';
  return {
    origin,
    kind: 'Deployment',
    name,
    namespace: 'default',
    labels: {},
    replicas: 1,
    serviceAccount: 'default',
    cpuLimit: null,
    cpuRequest: null,
    namedPorts: {},
    role: 'app',
    proxy: null,
    ...fields,
  };
}

function service(fields: Partial<Service>): Service {
  return {
    origin,
    name: 's',
    namespace: 'default',
    host: 's.default.svc.cluster.local',
    external: false,
    location: 'mesh',
    resolution: 'cluster',
    ports: [{ number: 9080, name: 'http', protocol: 'http', targetPort: 9080 }],
    selector: null,
    headless: false,
    listensAnywhere: false,
    endpoints: [],
    prefers: 'any',
    exportTo: ['*'],
    age: 0,
    ...fields,
  };
}

function route(uri: HttpRoute['matches'][number]['uri']): HttpRoute {
  return { matches: uri === null ? [] : [{ uri }] } as unknown as HttpRoute;
}

function meshOf(fields: Partial<Mesh>): Mesh {
  const settings = { ...ISTIO_SETTINGS, istioVersion: [1, 31] } as const;
  return {
    settings,
    services: [],
    aliases: [],
    workloads: [],
    gateways: [],
    routeSets: [],
    destinationRules: [],
    sidecarScopes: [],
    rateLimits: [],
    peerAuthentications: [],
    requestAuthentications: [],
    authorizationPolicies: [],
    ...fields,
  };
}

const GATEWAY: Gateway = {
  origin,
  name: 'front',
  namespace: 'default',
  selector: { istio: 'ingressgateway' },
  servers: [{ origin, port: 80, protocol: 'http', hosts: [{ namespace: '*', host: '*' }], tls: null }],
  age: 0,
};

const ROUTES: RouteSet = {
  origin,
  name: 'front',
  namespace: 'default',
  hosts: ['*'],
  gateways: ['default/front'],
  exportTo: ['*'],
  http: [route({ kind: 'exact', value: '/productpage' }), route({ kind: 'regex', value: '/v.*' }), route(null)],
  tcp: [],
  age: 0,
};

test('an empty mesh gives a scenario that loads', () => {
  const { scenario, found } = load(starterScenario(meshOf({}), ['.']));
  expect(found).toEqual([]);
  expect(scenario!.manifests).toEqual(['.']);
});

test('workloads, external hosts and gateways are found, and each guess is marked', () => {
  const mesh = meshOf({
    workloads: [
      workload({ name: 'reviews-v1' }),
      workload({ name: 'cart', namespace: 'shop' }),
      workload({
        name: 'edge',
        namespace: 'istio-system',
        role: 'gateway',
        labels: { istio: 'ingressgateway', app: 'x' },
      }),
    ],
    services: [
      service({ name: 'reviews' }),
      service({ host: 'api.example.com', external: true }),
      service({ host: '*.example.com', external: true }),
    ],
    gateways: [GATEWAY],
    routeSets: [ROUTES],
  });
  const text = starterScenario(mesh, ['manifests/']);
  const { scenario, found } = load(text);
  expect(found).toEqual([]);
  expect(scenario!.behaviours.map(({ name }) => name)).toEqual(['reviews-v1', 'shop/cart', 'api.example.com']);
  expect(scenario!.traffic).toMatchObject([{ from: { kind: 'gateway', name: 'istio-system/edge' } }]);
  expect(scenario!.traffic[0]!.requests.map(({ to }) => to.url)).toEqual([
    'http://example.com/productpage',
    'http://example.com/',
  ]);
  expect(text).toMatch(/^# yaml-language-server: \$schema=/);
  expect(text.match(/cpu: .*/g)).toEqual(['cpu: {exponential: 2ms}  # guess', 'cpu: {exponential: 2ms}  # guess']);
});

test('without a gateway the first service is called from outside', () => {
  const { scenario, found } = load(starterScenario(meshOf({ services: [service({ name: 'a', namespace: 'n' })] }), []));
  expect(found).toEqual([]);
  expect(scenario!.traffic).toMatchObject([
    { from: { kind: 'outside' }, requests: [{ to: { url: 'http://a.n:9080/' } }] },
  ]);
});

test('hostile names do not break out of their place', () => {
  const names = ['a: b', '- x', '"q"', '# no', '{x}', '__proto__', 'true', '1.5', 'a\nspec: x', '*', '&a', ''];
  const mesh = meshOf({
    workloads: names.map((name) => workload({ name })),
    services: names.map((name) => service({ name, host: name, external: name.length > 4 })),
    gateways: [{ ...GATEWAY, selector: { istio: 'a: b\nc' } }],
    routeSets: [{ ...ROUTES, hosts: ['a b', '*.x y'] }],
  });
  const { scenario, found } = load(starterScenario(mesh, names));
  expect(found.filter((finding) => !finding.includes('bad-name'))).toEqual([]);
  expect(scenario === null ? names : scenario.manifests).toEqual(names);
});
