import { expect, test } from 'vitest';
import { load } from '../support/run.js';
import { authorizationPolicy } from '../support/security.js';
import { destinationRule, station, virtualService } from '../support/stations.js';

const MANIFESTS = station('a') + station('b');
const ARRIVALS = 'traffic: [{name: t, from: outside, rate: 1/s, to: http://a/}]';

function codesOf(workloads: string): string[] {
  const { diagnostics } = load({ spec: `${workloads}\n${ARRIVALS}\n`, manifests: MANIFESTS });
  return diagnostics.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
}

const CASES = [
  {
    name: 'calls that lead back to themselves are refused',
    workloads:
      'workloads:\n  a: {endpoints: [{steps: [{call: http://b/}]}]}\n  b: {endpoints: [{steps: [{call: http://a/}]}]}',
    codes: ['call-cycle'],
  },
  {
    name: 'a call of itself is refused',
    workloads: 'workloads:\n  a: {endpoints: [{steps: [{repeat: {times: 2, steps: [{call: http://a/}]}}]}]}',
    codes: ['call-cycle'],
  },
  {
    name: 'calls that may end are not',
    workloads:
      'workloads:\n  a: {endpoints: [{steps: [{choose: [{weight: 1, steps: [{call: http://b/}]}, {weight: 3, steps: []}]}]}]}\n  b: {endpoints: [{steps: [{call: http://a/}]}]}',
    codes: [],
  },
  {
    name: 'a workload of which nothing is said',
    workloads: 'workloads:\n  a: {endpoints: [{steps: [{call: http://b/}]}]}',
    codes: ['no-behaviour'],
  },
  {
    name: 'a host that nobody declares',
    workloads: 'workloads:\n  a: {endpoints: [{steps: [{call: http://nowhere/}]}]}',
    codes: ['unknown-host'],
  },
  {
    name: 'a port that the service does not have',
    workloads: 'workloads:\n  a: {endpoints: [{steps: [{call: http://b:81/}]}]}\n  b: {endpoints: [{steps: []}]}',
    codes: ['no-listener'],
  },
  {
    name: 'a request that no endpoint takes',
    workloads: 'workloads:\n  a: {endpoints: [{match: {path: /only}, steps: []}]}',
    codes: ['no-endpoint'],
  },
];

test.each(CASES)('$name', ({ workloads, codes }) => {
  expect(codesOf(workloads)).toEqual(codes);
});

const ANSWERED = [
  { http: '[{directResponse: {status: 404}}]', url: 'http://b/', codes: [] },
  { http: '[{match: [{uri: {exact: /a}}], directResponse: {status: 404}}]', url: 'http://b/', codes: ['no-route'] },
  {
    http: '[{match: [{uri: {exact: /a}}], directResponse: {status: 404}}]',
    url: 'grpc://b/x.Y/Z',
    codes: ['no-route'],
  },
];

test.each(ANSWERED)('with the rules $http $url finds $codes', ({ http, url, codes }) => {
  const rules = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: b}
spec: {hosts: [b], http: ${http}}
`;
  const { diagnostics } = load({
    spec: `workloads: {a: {endpoints: []}}\ntraffic: [{name: t, from: {workload: a}, rate: 1/s, to: "${url}"}]`,
    manifests: station('a', { sidecar: true }) + station('b') + rules,
  });
  expect(diagnostics.filter(({ severity }) => severity !== 'info').map(({ code }) => code)).toEqual(codes);
});

const HOSTS = [
  { workloads: '{}', too: 'few' },
  { workloads: '{a: {replicas: 10, endpoints: []}}', too: null },
  { workloads: '{a: {replicas: 9, endpoints: []}}', too: 'few' },
  { workloads: '{a: {zones: {r/a: 5, r/b: 5}, endpoints: []}}', too: null },
  { workloads: '{a: {zones: {r/a: 1}, endpoints: []}}', too: 'few' },
];

// The pods that there are, not those that the Deployment asks for.
test.each(HOSTS)('with $workloads outlier detection has too $too hosts', ({ workloads, too }) => {
  const spec = `workloads: ${workloads}\nplatform: {nodes: {zones: [r/a, r/b]}}\n${ARRIVALS}`;
  const rule = destinationRule('a', { outlierDetection: {} });
  const { diagnostics } = load({ spec, manifests: MANIFESTS + rule });
  expect(diagnostics.some(({ code }) => code === 'outlier-too-few-hosts')).toBe(too !== null);
});

const DEADLINES = [
  { from: 'outside', sidecar: true, told: true },
  { from: 'outside', sidecar: false, told: false }, // nobody keeps it
  { from: '{workload: a}', sidecar: true, told: false }, // the caller's own proxy does
];

test.each(DEADLINES)('grpc-timeout from $from, a sidecar at the server: $sidecar', ({ from, sidecar, told }) => {
  const requests = '[{to: "grpc://b/x.Y/Z", headers: {grpc-timeout: 1S}}]';
  const { diagnostics } = load({
    spec: `workloads: {a: {endpoints: []}, b: {endpoints: [{}]}}\ntraffic: [{name: t, from: ${from}, rate: 1/s, requests: ${requests}}]`,
    manifests: station('a', { sidecar: true }) + station('b', { sidecar }),
  });
  expect(diagnostics.some(({ code }) => code === 'not-modelled')).toBe(told);
});

// Istio 1.31, tools/istio-iptables/pkg/capture/run.go: what goes from an application to its own pod's address is not redirected.
test.each([
  { to: 'its own headless service', clusterIP: 'None', from: 'a', says: ['not-modelled'] },
  { to: 'its own service', clusterIP: '10.0.0.1', from: 'a', says: [] },
  { to: 'the headless service of others', clusterIP: 'None', from: 'b', says: [] },
])('a pod calls $to: $says', ({ clusterIP, from, says }) => {
  const headless = { selector: { app: 'a' }, clusterIP, ports: [{ name: 'http', port: 80 }] };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'peers' }, spec: headless };
  const gossip = { match: { path: '/gossip' } };
  const calls = { steps: [{ call: 'http://peers/gossip' }] };
  const spec = {
    workloads: { a: { endpoints: from === 'a' ? [gossip, calls] : [gossip] }, b: { endpoints: [calls] } },
    traffic: [{ name: 't', from: 'outside', rate: '1/s', to: `http://${from}/` }],
  };
  const sidecars = station('a', { sidecar: true, replicas: 3 }) + station('b', { sidecar: true });
  const { diagnostics } = load({ spec, manifests: `${sidecars}---\n${JSON.stringify(service)}\n` });
  expect(diagnostics.filter(({ code }) => code === 'not-modelled').map(({ code }) => code)).toEqual(says);
});

// Envoy, source/common/tcp_proxy/tcp_proxy.cc: a connection keeps its pod.
test.each([
  { name: 'declared as TCP', port: 'tcp', says: ['not-modelled'] },
  { name: 'declared as HTTP', port: 'http', says: [] },
  { name: 'that declares nothing', port: 'any', says: [] },
  { name: 'declared as TCP, of one pod', port: 'tcp', replicas: 1, says: [] },
  { name: 'declared as TCP, called over TCP', port: 'tcp', url: 'tcp://db/', says: [] },
  { name: 'that a Sidecar hides', port: 'http', egress: ['./a.default.svc.cluster.local'], says: ['not-modelled'] },
])('HTTP through a port $name: $says', ({ port, says, replicas = 3, url = 'http://db/', egress = null }) => {
  const of = (apiVersion: string, kind: string, name: string, spec: object) =>
    `---\n${JSON.stringify({ apiVersion, kind, metadata: { name }, spec })}\n`;
  const db = of('v1', 'Service', 'db', { selector: { app: 'b' }, ports: [{ name: port, port: 80 }] });
  const hiding = egress === null ? '' : of('networking.istio.io/v1', 'Sidecar', 'x', { egress: [{ hosts: egress }] });
  const spec = {
    workloads: { a: { endpoints: [{ steps: [{ call: url }] }] }, b: { endpoints: [{}] } },
    traffic: [{ name: 't', from: 'outside', rate: '1/s', to: 'http://a/' }],
  };
  const manifests = station('a', { sidecar: true }) + station('b', { sidecar: true, replicas }) + db + hiding;
  const { diagnostics } = load({ spec, manifests });
  expect(diagnostics.filter(({ code }) => code === 'not-modelled').map(({ code }) => code)).toEqual(says);
});

// Envoy, source/common/router/router.cc: a copy has what the destination's headers make of the original.
test.each([
  { marks: 'mirrored', codes: [] },
  { marks: 'otherwise', codes: ['access-denied'] },
])('a mirror that wants a header, and the destination sets $marks: $codes', ({ marks, codes }) => {
  const route = [{ destination: { host: 'b' }, headers: { request: { set: { kind: marks } } } }];
  const when = [{ key: 'request.headers[kind]', values: ['mirrored'] }];
  const policy = authorizationPolicy({ selector: { matchLabels: { app: 'c' } }, rules: [{ when }] });
  const { diagnostics } = load({
    spec: 'workloads: {a: {endpoints: []}, b: {endpoints: [{}]}, c: {endpoints: [{}]}}\ntraffic: [{name: t, from: {workload: a}, rate: 1/s, to: "http://b/"}]',
    manifests:
      ['a', 'b', 'c'].map((name) => station(name, { sidecar: true })).join('') +
      virtualService('b', [{ route, mirror: { host: 'c' } }]) +
      policy,
  });
  expect(diagnostics.filter(({ severity }) => severity !== 'info').map(({ code }) => code)).toEqual(codes);
});

test.each([
  { tiers: 350, found: [] },
  { tiers: 600, found: ['these calls go more than 400 deep: a -> s1 -> s2 -> s3'] },
])('$tiers calls below each other', ({ tiers, found }) => {
  const names = Array.from({ length: tiers }, (_, i) => (i === 0 ? 'a' : `s${i}`));
  const workloads = names.map((name, i) => {
    const below = names[i + 1];
    return `  ${name}: {endpoints: [{steps: [${below === undefined ? '' : `{call: http://${below}/}`}]}]}`;
  });
  const spec = `workloads:\n${workloads.join('\n')}\n${ARRIVALS}\n`;
  const { diagnostics } = load({ spec, manifests: names.map((name) => station(name)).join('') });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ message }) => message.split(' -> ').slice(0, 4).join(' -> '))).toEqual(found);
});
