import { Diagnostics } from '../../src/diagnostics/index.js';
import type { Assets } from '../../src/scenario/index.js';
import { loadScenario, NO_ASSETS } from '../../src/scenario/index.js';

export const HEAD = 'apiVersion: drymesh.dev/v1\nkind: Scenario\nmetadata: {name: s}\n';

/** Loads a whole document; findings as `line:column code`, with `!` when they refuse. */
export function load(text: string, assets: Assets = NO_ASSETS) {
  const diagnostics = new Diagnostics();
  const scenario = loadScenario({ file: 's.yaml', text }, diagnostics, assets);
  const found = diagnostics.sorted().map((d) => `${d.line}:${d.column} ${d.code}${d.refuses ? '!' : ''}`);
  return { scenario, found, diagnostics: diagnostics.sorted() };
}

/** Loads a `spec`, which begins in line 4. */
export function loadSpec(spec: string, assets?: Assets) {
  return load(`${HEAD}${spec}`, assets);
}

/** Loads one traffic source; `fields` go into its flow mapping, which begins in line 4, column 18. */
export function loadTraffic(fields: string, assets?: Assets) {
  return loadSpec(`spec: {traffic: [{${fields}}]}`, assets);
}

export function filesOf(texts: Readonly<Record<string, string>>): Assets {
  return { read: (file) => (texts[file] === undefined ? null : { file, text: texts[file] }) };
}

/** Every field and form there is. */
export const WHOLE = `apiVersion: drymesh.dev/v1
kind: Scenario
metadata: {name: bookinfo}
spec:
  platform:
    istioVersion: "1.31"
    proxyCost: istio-1.24
    nodes: {cpu: 16, zones: [eu-1/a, eu-1/b]}
    gateways: {istio-ingressgateway: {replicas: 1, cpu: 2}}
  manifests: [manifests/, extra.yaml]
  workloads:
    productpage-v1:
      workers: 8
      queue: 100
      threads: 2
      startup: 5s
      abandoned: finish
      zones: {eu-1/a: 2, eu-1/b: 1}
      endpoints:
        - match: {method: GET, path: /productpage}
          steps:
            - cpu: {exponential: 2ms}
            - parallel:
                - call: http://details:9080/details/0
                - call: {to: http://reviews:9080/reviews/0, timeout: 3s, retries: 1, onFailure: ignore, headers: {X: v, y: null}}
                - steps: [{wait: 1ms}, {cpu: 1ms}]
            - wait: {lognormal: {median: 4ms, p99: 30ms}}
            - choose: [{weight: 9, steps: []}, {weight: 1, steps: [{fail: 503}]}]
            - repeat: {times: 3, steps: [{call: http://ratings:9080/ratings/0}]}
          respond: {status: 200, size: 4kB, errors: {500: 0.2%, UNAVAILABLE: 1%}}
        - match: {path: {prefix: /api}}
        - match: {path: {regex: "/v[0-9]+/.*"}}
    sleep: {endpoints: []}
    httpbin.org: {replicas: 2}
  network: {sameZone: 0.25ms, crossZone: {uniform: {min: 1ms, max: 2ms}}, crossRegion: 30ms}
  traffic:
    - name: shoppers
      from: {gateway: istio-ingressgateway}
      rate: 100/s
      arrivals: {jittered: 10%}
      connections: 16
      timeout: 30s
      requests:
        - {name: browse, weight: 9, to: http://bookinfo.com/productpage}
        - {weight: 1, to: http://bookinfo.com/login, method: POST, headers: {End-User: jason}, size: 1kB, sourceIp: 10.0.0.1, expect: [200, 401]}
    - {name: ramp, from: {workload: sleep, zone: eu-1/a}, stages: [{for: 1m, rate: 60/min}, {for: 5m, rate: 1/s -> 4/s}], to: "grpc://cart:7070/shop.Cart/Get"}
    - {name: users, from: outside, zone: eu-1/b, closed: {users: 50, think: 1s, lockstep: true}, to: "https://a.example.com"}
    - {name: crowd, from: {outside: true}, closed: {stages: [{for: 1h, users: 50 -> 200}]}, to: "tcp://redis:6379"}
  faults:
    - {at: 60s, for: 30s, crash: {workload: reviews-v2, pods: 1}}
    - {at: 2m, for: 1m, slow: {workload: ratings-v1, by: 200ms}}
    - {at: 2m, slow: {from: a, to: b, by: {exponential: 5ms}}}
    - {at: 2m, for: 1m, errors: {workload: ratings-v1, status: 503, share: 20%}}
    - {at: 2m, for: 1m, cpu: {workload: ratings-v1, to: 25%}}
    - {at: 2m, for: 1m, partition: {between: [productpage-v1, details-v1]}}
    - {at: 2m, for: 1m, zone: eu-1/a, how: crash}
    - {at: 2m, drain: {workload: reviews-v2, pods: 50%}}
    - {at: 3m, for: 1m, push: {delay: 5s}}
    - {at: 3m, push: {manifests: canary/}}
  objectives: ["p99 < 250ms", "success >= 99.9%", {traffic: shoppers, ok.p95: "< 100ms"}]
  run: {duration: 10m, warmup: 1m, drain: 30s, seed: 7, replications: 3, maxInFlight: 1000}
`;
