import { expect, test } from 'vitest';
import type { RateLimitPatch } from '../../src/mesh/index.js';
import { explainHost, MeshResolver, renderExplainedHost } from '../../src/mesh/index.js';
import * as given from '../support/mesh.js';
import { rulesOf } from '../support/resolved.js';

// Istio 1.31, pilot/pkg/networking/core/envoyfilter; istio-envoy-semantics 4.3.

type Target = Partial<RateLimitPatch['target']>;

function patch(
  tokens: number,
  parts: Partial<Omit<RateLimitPatch, 'target'>> & { readonly target?: Target } = {},
): RateLimitPatch {
  const { target = { kind: 'filter' }, ...more } = parts;
  const filter = { kind: 'filter', port: null, isFirst: false } as const;
  const route = { configName: null, port: null, hostName: null, domain: null, routeName: null, action: null };
  return {
    origin: { ...given.origin('EnvoyFilter', `of-${tokens}`) },
    namespace: 'default',
    workloadSelector: null,
    contexts: ['outbound'],
    priority: 0,
    age: tokens,
    filterName: 'limit',
    policy: {
      origin: given.origin('EnvoyFilter', `of-${tokens}`),
      bucket: { maxTokens: tokens, tokensPerFill: 1, fillIntervalMs: 1000 },
      enabledShare: 1,
      enforcedShare: 1,
      status: 429,
      resourceExhausted: false,
    },
    ...more,
    target: (target.kind === 'filter' ? { ...filter, ...target } : { ...route, ...target }) as RateLimitPatch['target'],
  };
}

const caller = given.workload('client', { labels: { app: 'client', tier: 'front' } });
const server = given.workload('server');
const service = given.service('server', { ports: [given.port(80), given.port(81)] });

function resolver(rateLimits: readonly RateLimitPatch[], parts: Parameters<typeof given.mesh>[0] = {}): MeshResolver {
  return new MeshResolver(given.mesh({ services: [service], workloads: [caller, server], rateLimits, ...parts }));
}

/** Tokens of the limits that a call meets in the caller's proxy, by rule. */
function tokens(mesh: MeshResolver, port = 80, who = caller): readonly (readonly number[])[] {
  const outcome = mesh.host(who, 'server', port);
  return rulesOf(outcome).map((rule) =>
    mesh.rateLimits(who, { outcome, port, rule, match: null }).map((l) => l.maxTokens),
  );
}

const WHOM: { what: string; parts: Partial<RateLimitPatch>; gives: number[] }[] = [
  { what: 'the whole namespace', parts: {}, gives: [1] },
  { what: 'whom it selects', parts: { workloadSelector: { tier: 'front' } }, gives: [1] },
  { what: 'others', parts: { workloadSelector: { tier: 'back' } }, gives: [] },
  { what: 'another namespace', parts: { namespace: 'shop' }, gives: [] },
  { what: 'the root namespace', parts: { namespace: 'istio-system' }, gives: [1] },
  {
    what: 'the root namespace, whom it selects',
    parts: { namespace: 'istio-system', workloadSelector: { app: 'client' } },
    gives: [1],
  },
  { what: 'the server’s side', parts: { contexts: ['inbound'] }, gives: [] },
  { what: 'gateways', parts: { contexts: ['gateway'] }, gives: [] },
  { what: 'any side', parts: { contexts: ['inbound', 'outbound', 'gateway'] }, gives: [1] },
  { what: 'no bucket', parts: { policy: { ...patch(1).policy, bucket: null } }, gives: [] },
  { what: 'nobody enforced', parts: { policy: { ...patch(1).policy, enforcedShare: 0 } }, gives: [] },
];

test.each(WHOM)('a limit for $what', ({ parts, gives }) => {
  expect(tokens(resolver([patch(1, parts)]))).toEqual([gives]);
});

test('several filters stand in the order in which they are put: the root namespace’s, by priority, by age', () => {
  const limits = [
    patch(1, { priority: 5 }),
    patch(2),
    patch(3, { namespace: 'istio-system' }),
    patch(4, { target: { kind: 'filter', isFirst: true } }),
    patch(5, { target: { kind: 'filter', isFirst: true } }),
  ];
  expect(tokens(resolver(limits))).toEqual([[5, 4, 3, 2, 1]]);
});

test('a filter for one port is in no other listener', () => {
  const limits = resolver([patch(1, { target: { kind: 'filter', port: 81 } })]);
  expect([tokens(limits, 80), tokens(limits, 81)]).toEqual([[[]], [[1]]]);
});

const OVERRIDES: { what: string; target: Target; gives: number[][] }[] = [
  { what: 'every route', target: { kind: 'route' }, gives: [[9], [9]] },
  { what: 'a route by its name', target: { kind: 'route', routeName: 'a' }, gives: [[9], [1]] },
  {
    what: 'the virtual host by its name',
    target: { kind: 'virtual-host', hostName: `${service.host}:80` },
    gives: [[9], [9]],
  },
  { what: 'another virtual host', target: { kind: 'virtual-host', hostName: `${service.host}:81` }, gives: [[1], [1]] },
  { what: 'a domain', target: { kind: 'virtual-host', domain: 'server.default.svc' }, gives: [[9], [9]] },
  {
    what: 'a configuration by its name',
    target: { kind: 'route', configName: '80', routeName: 'b' },
    gives: [[1], [9]],
  },
  { what: 'another port', target: { kind: 'route', port: 81 }, gives: [[1], [1]] },
  { what: 'redirects', target: { kind: 'route', action: 'redirect' }, gives: [[1], [9]] },
];

test.each(OVERRIDES)('what is set for $what', ({ target, gives }) => {
  const redirect = {
    kind: 'redirect',
    redirect: { status: 301, uri: '/', authority: null, scheme: null, port: null, keepsPort: false },
  } as const;
  const rules = [
    given.httpRoute({ name: 'a', matches: [given.httpMatch({ uri: given.exact('/a') })] }),
    given.httpRoute({ name: 'b', action: redirect }),
  ];
  const routeSets = [given.routeSet('server', rules)];
  expect(tokens(resolver([patch(1), patch(9, { target })], { routeSets }))).toEqual(gives);
});

test('a route’s setting counts before its virtual host’s, and only for filters of its name', () => {
  const host = patch(8, { target: { kind: 'virtual-host' } });
  const route = patch(9, { target: { kind: 'route' } });
  expect(tokens(resolver([patch(1), host, route]))).toEqual([[9]]);
  expect(tokens(resolver([patch(1), host]))).toEqual([[8]]);
  expect(tokens(resolver([patch(1), patch(2, { filterName: 'other' }), route]))).toEqual([[9, 2]]);
  expect(tokens(resolver([route]))).toEqual([[]]); // without a filter nothing reads it
});

test('routes and listeners have buckets of their own', () => {
  const rules = [
    given.ruleTo('a', [given.httpMatch({ uri: given.exact('/a'), origin: { ...given.origin(), path: 'm0' } })]),
    given.ruleTo('b'),
  ].map((rule, i) => ({ ...rule, origin: { ...rule.origin, path: `spec.http[${i}]` } }));
  const routeSets = [given.routeSet('server', rules)];
  const buckets = (mesh: MeshResolver, port: number) => {
    const outcome = mesh.host(caller, 'server', port);
    return rulesOf(outcome)
      .flatMap((rule) => mesh.rateLimits(caller, { outcome, port, rule, match: rule.matches[0] ?? null }))
      .map((l) => l.bucket);
  };
  const listener = resolver([patch(1)], { routeSets });
  expect(new Set([...buckets(listener, 80), ...buckets(listener, 81)]).size).toBe(2);
  const routes = resolver([patch(1), patch(9, { target: { kind: 'route' } })], { routeSets });
  expect(new Set([...buckets(routes, 80), ...buckets(routes, 81)]).size).toBe(4);
});

test('at the server: for each port, and apart for mutual TLS and plaintext, which have filter chains of their own', () => {
  const mesh = resolver([patch(1, { contexts: ['inbound'] })]);
  const bucket = (port: number, isMutual: boolean) =>
    mesh.inboundRateLimits(server, service, port, isMutual)[0]!.bucket;
  expect(new Set([bucket(80, true), bucket(80, false), bucket(81, true), bucket(80, true)]).size).toBe(3);
  const outside = { ...server, proxy: null };
  expect(mesh.inboundRateLimits(outside, service, 80, false)).toEqual([]);
  const tcp = given.service('server', { ports: [given.port(80, { protocol: 'tcp' })] });
  const ofTcp = resolver([patch(1, { contexts: ['inbound'] })], { services: [tcp] });
  expect(ofTcp.inboundRateLimits(server, tcp, 80, true)).toEqual([]);
});

test('unknown hosts are limited by the listener for HTTP, where there is one', () => {
  const mesh = resolver([patch(1), patch(9, { target: { kind: 'route' } })], {
    settings: { outboundTrafficPolicy: 'registry-only' },
  });
  const outcome = mesh.host(caller, 'nowhere.com', 80);
  expect(mesh.rateLimits(caller, { outcome, port: 80, rule: null, match: null }).map((l) => l.maxTokens)).toEqual([1]);
  const open = resolver([patch(1)]);
  const passing = (port: number) => {
    const request = { outcome: open.host(caller, 'nowhere.com', port), port, rule: null, match: null };
    return open.rateLimits(caller, request).map((limit) => limit.maxTokens);
  };
  expect([passing(80), passing(8123)]).toEqual([[1], []]);
});

// I:pilot/pkg/networking/core/envoyfilter/rc_patch.go, `routeConfigurationMatch`: by the port as the Gateway writes it.
const AT_GATEWAY: { what: string; target: Target; gives: number[][] }[] = [
  { what: 'a virtual host', target: { kind: 'virtual-host', hostName: 'shop.com:80' }, gives: [[9], [1]] },
  { what: 'its routes by name', target: { kind: 'virtual-host', configName: 'http.8080' }, gives: [[9], [9]] },
  { what: 'routes that it has not', target: { kind: 'virtual-host', configName: 'http.80' }, gives: [[1], [1]] },
  { what: 'the port of the Gateway', target: { kind: 'virtual-host', port: 80 }, gives: [[9], [9]] },
  { what: 'the port of the pods', target: { kind: 'virtual-host', port: 8080 }, gives: [[1], [1]] },
];

test.each(AT_GATEWAY)('a gateway: by the port that its pods listen on; what is set for $what', ({ target, gives }) => {
  const workload = given.gatewayWorkload();
  const front = given.service('istio-ingressgateway', {
    namespace: 'istio-system',
    selector: { istio: 'ingressgateway' },
    ports: [given.port(80, { targetPort: 8080 })],
  });
  const rateLimits = [
    patch(1, { namespace: 'istio-system', contexts: ['gateway'], target: { kind: 'filter', port: 8080 } }),
    patch(9, { namespace: 'istio-system', contexts: ['gateway'], target }),
  ];
  const mesh = resolver(rateLimits, {
    services: [service, front],
    workloads: [workload, server],
    gateways: [given.gateway('gw', [given.server(80, ['shop.com', 'other.com'])])],
    routeSets: ['shop.com', 'other.com'].map((host) =>
      given.routeSet(host, [given.httpRoute()], { hosts: [host], gateways: ['default/gw'] }),
    ),
  });
  const met = (host: string) => {
    const outcome = mesh.host(workload, host, 80);
    return mesh
      .rateLimits(workload, { outcome, port: 80, rule: rulesOf(outcome)[0]!, match: null })
      .map((l) => l.maxTokens);
  };
  expect([met('shop.com'), met('other.com')]).toEqual(gives);
});

test('explain tells the limits of the caller and of the endpoints, each with its place', () => {
  const rateLimits = [
    patch(3),
    patch(4, { contexts: ['inbound'], policy: { ...patch(4).policy, enforcedShare: 0.5 } }),
  ];
  const parts = given.mesh({ services: [service], workloads: [caller, server], rateLimits });
  const text = renderExplainedHost(explainHost(new MeshResolver(parts), parts, caller, 'server', 80));
  expect(text).toContain('  rate limit 3 requests, then 1/s for each proxy: 429, flag RL (mesh.yaml:1)\n');
  expect(text).toContain('4 requests, then 1/s for each proxy, refusing 50 % of those beyond: 429, flag RL');
});

// I:pilot/pkg/networking/core/envoyfilter/rc_patch.go, `getListenerPortFromName`
test('routes of a service’s own listener are for no port: their name is no number', () => {
  const services = [given.service('server', { ports: [given.port(80, { protocol: 'auto' })] })];
  expect(tokens(resolver([patch(1), patch(9, { target: { kind: 'route', port: 80 } })], { services }))).toEqual([[1]]);
});
