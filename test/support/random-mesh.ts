import fc from 'fast-check';
import { BEHIND_WAYPOINT } from './ambient.js';
import { randomPolicies } from './random-policies.js';
import type { Given } from './run.js';
import { deployment, destinationRule, service, virtualService } from './stations.js';

/**
 * Small meshes with everything in them that can be, or not: each run switches whole features off, so that what only
 * shows without its neighbours is met as well. Calls go from a lower to a higher number: no cycles.
 */

const FEATURES = [
  'sidecars',
  'routes',
  'retries',
  'injection',
  'mirrors',
  'pools',
  'outliers',
  'budgets',
  'application-retries',
  'branches',
  'cpu',
  'workers',
  'errors',
  'faults',
  'pushes',
  'closed',
  'gateway',
  'source-limits',
  'network',
  'proxy-cost',
  'grpc',
  'security',
  'ambient',
] as const;

export type Feature = (typeof FEATURES)[number];
type Has = (feature: Feature) => boolean;

export interface RandomMesh {
  readonly features: readonly Feature[];
  readonly given: Given;
}

export interface RandomMeshOptions {
  /** `replay`: all requests come within the first two seconds, and the run goes on for a minute after that. */
  readonly load: 'any' | 'replay';
  readonly without?: readonly Feature[];
}

const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** Meshes of two to five services. Replayed from fast-check's seed and path. */
export function randomMesh(options: RandomMeshOptions): fc.Arbitrary<RandomMesh> {
  const usable = FEATURES.filter((feature) => !options.without?.includes(feature));
  return fc.subarray(usable).chain((features) => {
    const has: Has = (feature) => features.includes(feature);
    return fc.integer({ min: 2, max: NAMES.length }).chain((size) => {
      const names = NAMES.slice(0, size);
      const parts = fc.record({
        services: fc.tuple(...names.map((_, i) => serviceOf(i, names, has))),
        scenario: scenarioOf(names, has, options.load),
      });
      return parts.map(({ services, scenario }) => ({ features, given: assemble(services, scenario, has('ambient')) }));
    });
  });
}

interface ServiceParts {
  readonly name: string;
  readonly manifests: string;
  /** Applied over them by a push. */
  readonly pushed: string;
  readonly behaviour: object;
}

/** `isAmbient`: who has no sidecar is in ambient mode, and all services are behind one waypoint. */
function assemble(services: readonly ServiceParts[], scenario: object, isAmbient: boolean): Given {
  const workloads = Object.fromEntries(services.map(({ name, behaviour }) => [name, behaviour]));
  const ambient = isAmbient ? BEHIND_WAYPOINT : '';
  return {
    manifests: services.map(({ manifests }) => manifests).join('') + GATEWAY + ambient,
    pushed: { [PUSHED]: services.map(({ pushed }) => pushed).join('') + GATEWAY + ambient },
    spec: { workloads, ...scenario },
    assets: { read: (file) => ({ file, text: REPLAY }) },
  };
}

const PUSHED = 'pushed.yaml';
const GATEWAY = `---
{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: front}, spec: {selector: {istio: ingressgateway},
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}}
---
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: front}, spec: {hosts: [shop.com],
  gateways: [front], http: [{route: [{destination: {host: a}}]}]}}
`;
const REPLAY = `seconds,request\n${Array.from({ length: 100 }, (_, i) => `${0.02 * i},r`).join('\n')}\n`;

/** `arbitrary` where the feature is on, and then not always; else nothing. */
function maybe<T extends object>(has: boolean, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | Record<string, never>> {
  return has ? fc.oneof(arbitrary, arbitrary, fc.constant({})) : fc.constant({});
}

const ms = (min: number, max: number) => fc.integer({ min, max }).map((value) => `${value}ms`);
const count = (min: number, max: number) => fc.integer({ min, max });
const percent = fc.integer({ min: 0, max: 100 });

const time = fc.oneof(
  ms(0, 20),
  ms(1, 20).map((mean) => ({ exponential: mean })),
  ms(1, 10).map((median) => ({ lognormal: { median, p99: '60ms' } })),
);

function serviceOf(index: number, names: readonly string[], has: Has): fc.Arbitrary<ServiceParts> {
  const name = names[index]!;
  return fc
    .record({
      sidecar: has('sidecars') ? fc.boolean() : fc.constant(false),
      concurrency: count(1, 2),
      replicas: count(1, 3),
      cpu: fc.option(count(1, 2), { nil: undefined }),
      route: routeOf(name, names, has),
      policy: policyOf(has),
      nextRoute: routeOf(name, names, has),
      nextPolicy: policyOf(has),
      behaviour: behaviourOf(index, names, has),
      policies: has('security') ? randomPolicies(name) : fc.constant(''),
      nextPolicies: has('security') ? randomPolicies(name) : fc.constant(''),
    })
    .map(({ sidecar, concurrency, replicas, cpu, route, policy, nextRoute, nextPolicy, behaviour, ...security }) => {
      const limit = cpu === undefined ? {} : { cpu };
      const pods = deployment(name, { sidecar, concurrency, replicas, ...limit });
      const portName = has('grpc') && index > 0 ? 'grpc' : 'http';
      const { policies, nextPolicies } = security;
      const manifests = pods + service(name, 80, portName) + rulesOf(name, route, policy) + policies;
      return { name, behaviour, manifests, pushed: rulesOf(name, nextRoute, nextPolicy) + nextPolicies };
    });
}

function rulesOf(name: string, route: object, policy: object): string {
  const rules = Object.keys(route).length === 0 ? '' : virtualService(name, route);
  return rules + (Object.keys(policy).length === 0 ? '' : destinationRule(name, policy));
}

function routeOf(name: string, names: readonly string[], has: Has): fc.Arbitrary<object> {
  const retries = fc.record({
    retries: fc.record({
      attempts: count(1, 3),
      retryOn: fc.constantFrom('5xx', 'gateway-error', 'reset', 'connect-failure,refused-stream', 'unavailable,503'),
      perTryTimeout: ms(5, 40),
      backoff: ms(1, 30),
    }),
  });
  const fault = fc.record({
    fault: fc.record({
      delay: fc.record({ fixedDelay: ms(1, 30), percentage: fc.record({ value: percent }) }),
      abort: fc.record({ httpStatus: fc.constantFrom(500, 503), percentage: fc.record({ value: count(0, 40) }) }),
    }),
  });
  const others = names.filter((other) => other > name);
  const mirror = fc.record({
    mirror: fc.record({ host: fc.constantFrom(...(others.length > 0 ? others : [name])) }),
    mirrorPercentage: fc.record({ value: percent }),
  });
  const parts = [
    maybe(has('routes'), fc.record({ timeout: ms(10, 80) })),
    maybe(has('retries'), retries),
    maybe(has('injection'), fault),
    maybe(has('mirrors') && others.length > 0, mirror),
  ];
  return fc.tuple(...parts).map((fields) => Object.assign({}, ...fields));
}

function policyOf(has: Has): fc.Arbitrary<object> {
  const pool = fc.record({
    connectionPool: fc.record({
      tcp: fc.record({ maxConnections: count(1, 4), connectTimeout: ms(20, 200) }),
      http: fc.record({
        http1MaxPendingRequests: count(1, 5),
        http2MaxRequests: count(1, 6),
        maxRequestsPerConnection: count(0, 3),
        maxRetries: count(1, 3),
      }),
    }),
  });
  const outlier = fc.record({
    outlierDetection: fc.record({
      consecutive5xxErrors: count(1, 4),
      interval: ms(200, 2000),
      baseEjectionTime: ms(200, 3000),
      maxEjectionPercent: fc.constantFrom(10, 50, 100),
      minHealthPercent: fc.constantFrom(0, 50),
    }),
  });
  const budget = fc.record({ retryBudget: fc.record({ percent, minRetryConcurrency: count(1, 3) }) });
  const balancer = fc.record({
    loadBalancer: fc.record({ simple: fc.constantFrom('LEAST_REQUEST', 'ROUND_ROBIN', 'RANDOM') }),
  });
  const tls = fc.record({ tls: fc.record({ mode: fc.constantFrom('DISABLE', 'ISTIO_MUTUAL', 'SIMPLE') }) });
  const parts = [
    maybe(has('security'), tls),
    maybe(has('pools'), pool),
    maybe(has('outliers'), outlier),
    maybe(has('budgets'), budget),
    maybe(has('routes'), balancer),
  ];
  return fc.tuple(...parts).map((fields) => Object.assign({}, ...fields));
}

function behaviourOf(index: number, names: readonly string[], has: Has): fc.Arbitrary<object> {
  const errors = fc.record({ respond: fc.record({ errors: fc.record({ 500: share(20), 503: share(20) }) }) });
  const limits = fc.record({ workers: count(1, 4), queue: count(0, 5) });
  const steps = fc.array(stepOf(index, names, has), { minLength: 0, maxLength: 3 });
  return fc
    .tuple(
      steps,
      maybe(has('errors'), errors),
      maybe(has('workers'), limits),
      fc.constantFrom('finish', 'stop'),
      maybe(has('cpu'), fc.record({ threads: count(1, 2) })),
    )
    .map(([endpointSteps, respond, workers, abandoned, threads]) => ({
      abandoned,
      ...workers,
      ...threads,
      endpoints: [{ steps: endpointSteps, ...respond }],
    }));
}

function share(most: number): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: most }).map((value) => `${value}%`);
}

function stepOf(index: number, names: readonly string[], has: Has): fc.Arbitrary<object> {
  const wait = fc.record({ wait: time });
  const simple: fc.Arbitrary<object>[] = [wait];
  if (has('cpu')) simple.push(fc.record({ cpu: time }));
  if (index < names.length - 1) simple.push(callOf(index, names, has));
  const plain = fc.oneof(...simple);
  if (!has('branches')) return plain;
  const list = fc.array(plain, { minLength: 1, maxLength: 2 });
  return fc.oneof(
    plain,
    plain,
    fc.array(fc.record({ steps: list }), { minLength: 1, maxLength: 3 }).map((parallel) => ({ parallel })),
    fc.record({ repeat: fc.record({ times: count(0, 2), steps: list }) }),
    fc.tuple(list, list).map(([often, seldom]) => ({
      choose: [
        { weight: 3, steps: often },
        { weight: 1, steps: [...seldom, { fail: 503 }] },
      ],
    })),
  );
}

function callOf(index: number, names: readonly string[], has: Has): fc.Arbitrary<object> {
  const scheme = has('grpc') ? 'grpc' : 'http';
  const path = has('grpc') ? 'pkg.Service/Method' : '';
  const to = fc.constantFrom(...names.slice(index + 1)).map((name) => `${scheme}://${name}:80/${path}`);
  const more = fc.record({
    timeout: ms(5, 60),
    retries: count(0, 2),
    backoff: ms(0, 10),
    onFailure: fc.constantFrom('fail', 'ignore', 'forward'),
  });
  return fc.tuple(to, maybe(has('application-retries'), more)).map(([url, rest]) => ({ call: { to: url, ...rest } }));
}

function scenarioOf(names: readonly string[], has: Has, load: RandomMeshOptions['load']): fc.Arbitrary<object> {
  return fc
    .record({
      seed: count(0, 1000),
      from: has('gateway') ? fc.constantFrom('outside', 'gateway') : fc.constant('outside'),
      rate: count(20, 150),
      users: count(1, 10),
      think: ms(1, 30), // a user who never rests can hold the clock
      limits: maybe(has('source-limits'), fc.record({ connections: count(1, 5), timeout: ms(20, 150) })),
      faults: has('faults') ? fc.array(faultOf(names), { maxLength: 3 }) : fc.constant([]),
      pushes: has('pushes') ? fc.array(pushOf(), { maxLength: 2 }) : fc.constant([]),
      sameZone: has('network') ? time : fc.constant('0s'),
    })
    .map(({ seed, from, rate, users, think, limits, faults, pushes, sameZone }) => {
      const requests = [{ name: 'r', to: from === 'gateway' ? 'http://shop.com/' : 'http://a/' }];
      const sends =
        load === 'replay'
          ? { replay: 'times.csv' }
          : has('closed')
            ? { closed: { users, think } }
            : { rate: `${rate}/s` };
      const origin = from === 'gateway' ? { gateway: 'istio-ingressgateway' } : from;
      return {
        platform: {
          proxyCost: has('proxy-cost') ? 'istio-1.24' : 'none',
          endpointDelay: '500ms',
          nodes: { cpu: 2, zones: ['eu-1/a', 'eu-1/b'] },
        },
        network: { sameZone, crossZone: sameZone },
        traffic: [{ name: 'load', from: origin, requests, ...sends, ...limits }],
        faults: [...faults, ...pushes],
        run:
          load === 'replay'
            ? { duration: '2m', warmup: '0s', seed, replications: 1 }
            : { duration: '4s', warmup: '1s', drain: '5s', seed, replications: 2 },
      };
    });
}

function pushOf(): fc.Arbitrary<object> {
  return fc.record(
    {
      at: ms(0, 1500),
      for: ms(100, 2000),
      push: fc.oneof(fc.constant({ manifests: PUSHED }), fc.record({ delay: ms(0, 1000) })),
    },
    { requiredKeys: ['at', 'push'] },
  );
}

function faultOf(names: readonly string[]): fc.Arbitrary<object> {
  const workload = fc.constantFrom(...names);
  const [first, last] = [names[0]!, names.at(-1)!];
  return fc
    .tuple(
      fc.record({ at: ms(0, 3000), for: ms(100, 2000) }),
      fc.oneof(
        fc.record({ crash: fc.record({ workload, pods: fc.constantFrom(1, '50%', 'all') }) }),
        fc.record({ slow: fc.record({ workload, by: time }) }),
        fc.record({ errors: fc.record({ workload, status: fc.constant(503), share: share(60) }) }),
        fc.record({ cpu: fc.record({ workload, to: fc.constantFrom('25%', '60%') }) }),
        fc.record({ partition: fc.record({ between: fc.constant([first, last]) }) }),
        fc.record({ slow: fc.record({ from: fc.constant(first), to: fc.constant(last), by: time }) }),
        fc.record({ certificate: fc.record({ workload, expired: fc.constant(true) }) }),
        fc.record({ drain: fc.record({ workload, pods: fc.constant(1) }) }),
        fc.record({ zone: fc.constant('eu-1/b'), how: fc.constantFrom('lost', 'crash') }),
      ),
    )
    .map(([window, action]) => ({ ...window, ...action }));
}
