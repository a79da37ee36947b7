import { HEAD } from './support.js';

/** A scenario with one mistake, and where each finding stands; `!` marks those that refuse. */
export interface Mistake {
  /** What is wrong, as a test's title. */
  readonly written: string;
  readonly text: string;
  readonly found: readonly string[];
}

/** In flow style: a spec begins in line 4, column 7. */
const SPECS = [
  { spec: '{platfrom: {}}', found: ['4:8 unknown-field!'] },
  { spec: '{platform: {istioVersion: "2"}}', found: ['4:19 bad-version!'] },
  { spec: '{platform: {proxyCost: istio-1.42}}', found: ['4:19 unknown-name!'] },
  { spec: '{platform: {proxyCost: {requestCpu: -1ms}}}', found: ['4:31 bad-duration!'] },
  { spec: '{platform: {nodes: {cpu: 0}}}', found: ['4:27 out-of-range!'] },
  { spec: '{platform: {nodes: {cpu: .nan}}}', found: ['4:27 bad-type!'] },
  { spec: '{platform: {nodes: {zones: []}}}', found: ['4:27 empty-list!'] },
  { spec: '{platform: {nodes: {zones: [a]}}}', found: ['4:35 bad-zone!'] },
  { spec: '{platform: {nodes: {zones: [r/a, r/a]}}}', found: ['4:27 duplicate-name!'] },
  { spec: '{platform: {endpointDelay: 99999999h}}', found: ['4:19 out-of-range!'] },
  { spec: '{manifests: a}', found: ['4:8 bad-type!'] },
  { spec: '{manifests: [1]}', found: ['4:20 bad-type!'] },
  { spec: '{behaviour: none.yaml}', found: ['4:8 unreadable!'] },
  { spec: '{workloads: []}', found: ['4:8 bad-type!'] },
  { spec: '{workloads: {a: }}', found: ['4:20 bad-type!'] },
  { spec: '{workloads: {a: {workers: 0}}}', found: ['4:24 out-of-range!'] },
  { spec: '{workloads: {a: {queue: -1}}}', found: ['4:24 bad-type!'] },
  { spec: '{workloads: {a: {threads: 1.5}}}', found: ['4:24 bad-type!'] },
  { spec: '{workloads: {a: {abandoned: drop}}}', found: ['4:24 unknown-word!'] },
  { spec: '{workloads: {a: {zones: {eu-9/z: 1}}}}', found: ['4:32 unknown-name!'] },
  { spec: '{workloads: {a: {zones: {region-1/a: 2}, replicas: 3}}}', found: ['4:48 bad-zone!'] },
  { spec: '{workloads: {__proto__: {workers: x}}}', found: ['4:32 bad-type!'] },
  { spec: '{run: {duration: 0s}}', found: ['4:14 out-of-range!'] },
  { spec: '{run: {replications: 0}}', found: ['4:14 out-of-range!'] },
  { spec: '{run: {seed: 1e99}}', found: ['4:14 bad-type!'] },
];

/** The list of steps begins in line 4, column 49. */
const STEPS = [
  { steps: '[{cpu: 1}]', found: ['4:51 bad-duration!'] },
  { steps: '[{cpu: 1ms, wait: 1ms}]', found: ['4:61 one-of!'] },
  { steps: '[{}]', found: ['4:50 one-of!'] },
  { steps: '[{sleep: 1ms}]', found: ['4:50 one-of!', '4:51 unknown-field!'] },
  { steps: '[cpu]', found: ['4:50 bad-type!'] },
  { steps: '[{cpu: {normal: 1ms}}]', found: ['4:56 one-of!', '4:57 unknown-field!'] },
  { steps: '[{cpu: {lognormal: {median: 4ms, p99: 1ms}}}]', found: ['4:82 bad-distribution!'] },
  { steps: '[{cpu: {lognormal: {median: 4ms, cv: 1}}}]', found: ['4:68 bad-distribution!', '4:68 missing-field!'] },
  { steps: '[{cpu: {gamma: {mean: 0s, cv: 1}}}]', found: ['4:65 out-of-range!'] },
  { steps: '[{cpu: {gamma: {mean: 1s, cv: -1}}}]', found: ['4:75 out-of-range!'] },
  { steps: '[{cpu: {uniform: {min: 2s, max: 1s}}}]', found: ['4:67 bad-distribution!'] },
  { steps: '[{cpu: {pareto: {min: 1s, shape: 1}}}]', found: ['4:75 infinite-mean'] },
  { steps: '[{cpu: {empirical: []}}]', found: ['4:57 empty-list!'] },
  { steps: '[{cpu: {mixture: [{weight: 0, constant: 1ms}]}}]', found: ['4:57 no-weight!'] },
  { steps: '[{cpu: {mixture: []}}]', found: ['4:57 empty-list!'] },
  { steps: '[{call: details}]', found: ['4:51 bad-url!'] },
  { steps: '[{call: {timeout: 1s}}]', found: ['4:57 missing-field!'] },
  { steps: '[{call: "http://a:0/"}]', found: ['4:51 bad-url!'] },
  { steps: '[{call: "http://a:65536/"}]', found: ['4:51 bad-url!'] },
  { steps: '[{call: "http://u:p@a/"}]', found: ['4:51 bad-url!'] },
  { steps: '[{call: "ftp://a/"}]', found: ['4:51 bad-url!'] },
  { steps: '[{call: "grpc://a:1/x"}]', found: ['4:51 bad-url!'] },
  { steps: '[{call: "tcp://a"}]', found: ['4:51 bad-url!'] },
  { steps: '[{call: {to: "grpc://a:1/p.S/M", method: GET}}]', found: ['4:82 bad-method!'] },
  { steps: '[{call: {to: "http://a/", retries: 1000}}]', found: ['4:75 out-of-range!'] },
  { steps: '[{call: {to: "http://a/", onFailure: retry}}]', found: ['4:75 unknown-word!'] },
  { steps: '[{call: {to: "http://a/", onFailure: forwards}}]', found: ['4:75 unknown-word!'] },
  { steps: '[{call: {to: "http://a/", onFailure: forward}}]', found: [] },
  { steps: '[{call: {to: "http://a/", failOn: [99]}}]', found: ['4:84 bad-status!'] },
  { steps: '[{call: {to: "http://a/", headers: {"a b": c}}}]', found: ['4:85 bad-header!'] },
  { steps: '[{call: {to: "http://a/", headers: {Host: b}}}]', found: ['4:85 bad-header!'] },
  { steps: '[{call: {to: "http://a/", headers: {host: null}}}]', found: [] },
  { steps: '[{call: {to: "http://a/", headers: {X-Envoy-Max-Retries: "3"}}}]', found: ['4:85 stripped-header'] },
  { steps: '[{call: {to: "http://a/", headers: {x-envoy-retry-on: null}}}]', found: [] },
  { steps: '[{call: {to: "grpc://a/b/c", headers: {grpc-timeout: 2s}}}]', found: ['4:88 bad-grpc-timeout'] },
  { steps: '[{call: {to: "grpc://a/b/c", headers: {grpc-timeout: 2S}}}]', found: [] },
  { steps: '[{call: {to: "http://a/", size: 4}}]', found: ['4:75 bad-size!'] },
  { steps: '[{parallel: {}}]', found: ['4:51 bad-type!'] },
  { steps: '[{parallel: [{steps: [], cpu: 1ms}]}]', found: ['4:74 unknown-field!'] },
  { steps: '[{choose: []}]', found: ['4:51 empty-list!'] },
  { steps: '[{choose: [{weight: 0, steps: []}]}]', found: ['4:51 no-weight!'] },
  { steps: '[{choose: [{weight: -1, steps: []}]}]', found: ['4:61 out-of-range!'] },
  { steps: '[{choose: [{weight: .inf, steps: []}]}]', found: ['4:61 bad-type!'] },
  { steps: '[{repeat: {times: -3, steps: []}}]', found: ['4:60 bad-type!'] },
  { steps: '[{repeat: {times: 1e9, steps: []}}]', found: ['4:60 out-of-range!'] },
  { steps: '[{repeat: {times: 3}}]', found: ['4:59 missing-field!'] },
  {
    steps: '[{repeat: {times: 1000, steps: [{repeat: {times: 1000, steps: [{cpu: 1ms}]}}]}}]',
    found: ['4:42 too-many-steps!'],
  },
  { steps: '[{fail: 99}]', found: ['4:51 bad-status!'] },
  { steps: '[{fail: UNAVALABLE}]', found: ['4:51 bad-status!'] },
];

const ENDPOINTS = [
  { endpoint: '{match: {path: {regex: "("}}}', found: ['4:52 bad-regex!'] },
  { endpoint: '{match: {path: {regex: "(?=a)"}}}', found: ['4:52 bad-regex!'] },
  { endpoint: '{match: {path: {prefix: /a, regex: b}}}', found: ['4:64 one-of!'] },
  { endpoint: '{respond: {status: 99}}', found: ['4:47 bad-status!'] },
  { endpoint: '{respond: {size: 1TBs}}', found: ['4:47 bad-size!'] },
  { endpoint: '{respond: {errors: {500: 0.2}}}', found: ['4:56 bad-percentage!'] },
  { endpoint: '{respond: {errors: {500: 120%}}}', found: ['4:56 out-of-range!'] },
  { endpoint: '{respond: {errors: {500: 60%, 503: 60%}}}', found: ['4:47 out-of-range!'] },
  { endpoint: '{respond: {errors: {fail: 1%}}}', found: ['4:56 bad-status!'] },
];

const SOURCES = [
  { traffic: 'from: outside, rate: 1/s, to: "http://a/"', found: ['4:18 missing-field!'] },
  { traffic: 'name: "", from: outside, rate: 1/s, to: "http://a/"', found: ['4:19 bad-name!'] },
  { traffic: 'name: t, rate: 1/s, to: "http://a/"', found: ['4:18 missing-field!'] },
  { traffic: 'name: t, from: inside, rate: 1/s, to: "http://a/"', found: ['4:28 bad-origin!'] },
  { traffic: 'name: t, from: {gateway: a, workload: b}, rate: 1/s, to: "http://a/"', found: ['4:47 one-of!'] },
  { traffic: 'name: t, from: outside, to: "http://a/"', found: ['4:18 one-of!'] },
  { traffic: 'name: t, from: outside, rate: 1/s, closed: {users: 1}, to: "http://a/"', found: ['4:54 one-of!'] },
  { traffic: 'name: t, from: outside, rate: 1/s', found: ['4:18 one-of!'] },
  { traffic: 'name: t, from: outside, rate: 1/s, to: "http://a/", requests: []', found: ['4:54 one-of!'] },
  { traffic: 'name: t, from: outside, rate: 1/s, requests: []', found: ['4:54 empty-list!'] },
  { traffic: 'name: t, from: outside, rate: 100, to: "http://a/"', found: ['4:43 bad-rate!'] },
  { traffic: 'name: t, from: outside, rate: -1/s, to: "http://a/"', found: ['4:43 bad-rate!'] },
  { traffic: 'name: t, from: outside, rate: 1e9/s, to: "http://a/"', found: ['4:43 bad-rate!'] },
  { traffic: 'name: t, from: outside, rate: 99999999/s, to: "http://a/"', found: ['4:43 out-of-range!'] },
  { traffic: 'name: t, from: outside, rate: 1/s -> 2/s, to: "http://a/"', found: ['4:43 bad-rate!'] },
  { traffic: 'name: t, from: outside, stages: [], to: "http://a/"', found: ['4:43 empty-list!'] },
  { traffic: 'name: t, from: outside, stages: [{rate: 1/s}], to: "http://a/"', found: ['4:52 missing-field!'] },
  {
    traffic: 'name: t, from: outside, stages: [{for: 1m, rate: 1/s -> 2/s -> 3/s}], to: "http://a/"',
    found: ['4:62 bad-rate!'],
  },
  { traffic: 'name: t, from: outside, closed: {users: 0}, to: "http://a/"', found: ['4:52 out-of-range!'] },
  { traffic: 'name: t, from: outside, closed: {think: 1s}, to: "http://a/"', found: ['4:51 one-of!'] },
  {
    traffic: 'name: t, from: outside, closed: {stages: [{for: 1m, users: a -> 5}]}, to: "http://a/"',
    found: ['4:71 bad-users!'],
  },
  { traffic: 'name: t, from: outside, rate: 1/s, arrivals: uniform, to: "http://a/"', found: ['4:54 unknown-word!'] },
  {
    traffic: 'name: t, from: outside, rate: 1/s, arrivals: {jittered: 110%}, to: "http://a/"',
    found: ['4:65 out-of-range!'],
  },
  { traffic: 'name: t, from: outside, rate: 1/s, connections: 0, to: "http://a/"', found: ['4:54 out-of-range!'] },
  { traffic: 'name: t, from: outside, rate: 1/s, zone: nowhere, to: "http://a/"', found: ['4:54 bad-zone!'] },
  { traffic: 'name: t, from: outside, rate: 1/s, zone: us-1/a, to: "http://a/"', found: ['4:54 unknown-zone'] },
  {
    traffic: 'name: t, from: outside, rate: 1/s, requests: [{to: "http://a/", weight: 0}]',
    found: ['4:54 no-weight!'],
  },
  {
    traffic: 'name: t, from: outside, rate: 1/s, requests: [{to: "http://a/", sourceIp: home}]',
    found: ['4:83 bad-address!'],
  },
  {
    traffic: 'name: t, from: outside, rate: 1/s, requests: [{to: "http://a/", jwt: {}}]',
    found: ['4:88 missing-field!'],
  },
  {
    traffic: 'name: t, from: outside, rate: 1/s, requests: [{to: "http://a/", jwt: {issuer: 1}}]',
    found: ['4:89 bad-type!'],
  },
  {
    traffic: 'name: t, from: outside, rate: 1/s, requests: [{to: "http://a/", jwt: {issuer: i, claims: {iss: i}}}]',
    found: ['4:109 bad-token!'],
  },
  {
    traffic: 'name: t, from: outside, rate: 1/s, requests: [{to: "http://a/", jwt: {issuer: i, claims: {exp: soon}}}]',
    found: ['4:109 bad-type!'],
  },
  {
    traffic: 'name: t, from: outside, rate: 1/s, requests: [{to: "http://a/", jwt: {issuer: i, token: x}}]',
    found: ['4:100 unknown-field!'],
  },
  {
    traffic: 'name: t, from: outside, rate: 1/s, requests: [{name: a, to: "http://a/"}, {name: a, to: "http://b/"}]',
    found: ['4:54 duplicate-name!'],
  },
];

const FAULTS = [
  { fault: 'crash: {workload: a, pods: 1}', found: ['4:17 missing-field!'] },
  { fault: 'at: 1s', found: ['4:17 one-of!'] },
  { fault: 'at: 1s, crash: {workload: a}, zone: region-1/a', found: ['4:48 one-of!'] },
  { fault: 'at: 1s, explode: {workload: a}', found: ['4:17 one-of!', '4:26 unknown-field!'] },
  { fault: 'at: -1s, crash: {workload: a}', found: ['4:18 bad-duration!'] },
  { fault: 'at: 1s, crash: {workload: a, pods: 0}', found: ['4:47 out-of-range!'] },
  { fault: 'at: 1s, crash: {workload: a, pods: 150%}', found: ['4:47 out-of-range!'] },
  { fault: 'at: 1s, crash: {workload: a, pods: some}', found: ['4:47 bad-type!'] },
  { fault: 'at: 1s, crash: {pods: 1}', found: ['4:33 missing-field!'] },
  { fault: 'at: 1s, slow: {workload: a}', found: ['4:32 missing-field!'] },
  { fault: 'at: 1s, slow: {workload: a, from: b, by: 1s}', found: ['4:46 one-of!'] },
  { fault: 'at: 1s, slow: {from: b, by: 1s}', found: ['4:32 missing-field!'] },
  { fault: 'at: 1s, errors: {workload: a, status: 503, share: 101%}', found: ['4:61 out-of-range!'] },
  { fault: 'at: 1s, cpu: {workload: a, to: 0%}', found: ['4:45 out-of-range!'] },
  { fault: 'at: 1s, cpu: {workload: a, to: 200%}', found: ['4:45 out-of-range!'] },
  { fault: 'at: 1s, partition: {between: [a]}', found: ['4:38 bad-fault!'] },
  { fault: 'at: 1s, partition: {between: [a, a]}', found: ['4:38 bad-fault!'] },
  { fault: 'at: 1s, zone: eu-9/z', found: ['4:26 unknown-zone'] },
  { fault: 'at: 1s, zone: region-1/a, how: gently', found: ['4:44 unknown-word!'] },
  { fault: 'at: 1s, crash: {workload: a}, how: crash', found: ['4:48 unknown-field!'] },
  { fault: 'at: 1s, push: {delay: 5s}', found: [] },
  { fault: 'at: 1s, push: {delay: soon}', found: ['4:33 bad-duration!'] },
  { fault: 'at: 1s, push: {manifests: [a]}', found: ['4:33 bad-type!'] },
  { fault: 'at: 1s, push: {manifests: a, delay: 1s}', found: ['4:33 one-of!'] },
  { fault: 'at: 1s, push: {}', found: ['4:32 one-of!'] },
  { fault: 'at: 1s, certificate: {workload: a, expired: false}', found: ['4:53 bad-fault!'] },
];

const OBJECTIVES = [
  { objective: '"p98 < 1s"', found: ['4:21 unknown-metric!'] },
  { objective: '"ok.success > 1%"', found: ['4:21 unknown-metric!'] },
  { objective: '"p99 < 250"', found: ['4:21 bad-objective!'] },
  { objective: '"p99 < 25%"', found: ['4:21 bad-objective!'] },
  { objective: '"success > 0.99"', found: ['4:21 bad-objective!'] },
  { objective: '"success > 101%"', found: ['4:21 bad-objective!'] },
  { objective: '"p99 = 1s"', found: ['4:21 bad-objective!'] },
  { objective: '"p99"', found: ['4:21 bad-objective!'] },
  { objective: '5', found: ['4:21 bad-type!'] },
  { objective: '{traffic: u, p99: "< 1s"}', found: ['4:22 unknown-name!'] },
  { objective: '{traffic: t}', found: ['4:21 bad-objective!'] },
  { objective: '{p99: 1s}', found: ['4:22 bad-objective!'] },
  { objective: '{p99: }', found: ['4:22 bad-objective!'] },
  { objective: '{toString: "< 1s"}', found: ['4:22 unknown-metric!'] },
];

const TRAFFIC = '{name: t, from: outside, rate: 1/s, to: "http://a/"}';

export const MISTAKES: readonly Mistake[] = [
  ...SPECS.map(({ spec, found }) => mistake(spec, `spec: ${spec}`, found)),
  ...STEPS.map(({ steps, found }) =>
    mistake(steps, `spec: {workloads: {a: {endpoints: [{     steps: ${steps}}]}}}`, found),
  ),
  ...ENDPOINTS.map(({ endpoint, found }) =>
    mistake(endpoint, `spec: {workloads: {a: {endpoints: [${endpoint}]}}}`, found),
  ),
  ...SOURCES.map(({ traffic, found }) => mistake(traffic, `spec: {traffic: [{${traffic}}]}`, found)),
  ...FAULTS.map(({ fault, found }) => mistake(fault, `spec: {faults: [{${fault}}]}`, found)),
  ...OBJECTIVES.map(({ objective, found }) =>
    mistake(objective, `spec: {objectives: [${objective}], traffic: [${TRAFFIC}]}`, found),
  ),
];

function mistake(written: string, spec: string, found: readonly string[]): Mistake {
  return { written, text: `${HEAD}${spec}`, found };
}
