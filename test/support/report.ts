import type { EdgeReport, LatencyMs, Report, TrafficReport, WorkloadReport } from '../../src/analysis/index.js';
import type { Diagnostic } from '../../src/diagnostics/index.js';
import { timelineOf } from './report-timeline.js';

/**
 * Reports as a run would write them, made by formulas: what they hold is plausible and consistent, not simulated. Names
 * that would act in HTML, Markdown or a terminal, for each place where a report shows what a user wrote.
 */
export const HOSTILE_NAMES = [
  '<script>document.title = "hacked"</script>',
  '"><img src=x onerror="document.title=\'hacked\'">',
  '</script><script>document.title = "hacked"</script>',
  "';document.title='hacked';//",
  'abc\u202egnp.exe\u2066',
  'red \u001b[31malert\u001b]0;owned\u0007',
  '`code` | pipe [link](javascript:alert(1)) <b>',
  '__proto__',
] as const;

/** All latency figures of a lognormal-like spread around `p50`; no figures for no requests. */
export function latency(p50: number | null, tail = 4): LatencyMs {
  if (p50 === null) {
    const none = { mean: null, p50: null, p90: null, p95: null, p99: null, p999: null };
    return { ...none, max: null, ci95: none };
  }
  const at = (z: number) => p50 * tail ** (z / 2.326);
  const points = { mean: at(0.4), p50, p90: at(1.28), p95: at(1.645), p99: at(2.326), p999: at(3.09) };
  const around = (value: number, share: number) => [value * (1 - share), value * (1 + share)] as const;
  return {
    ...points,
    max: at(4.2),
    ci95: {
      mean: around(points.mean, 0.01),
      p50: around(p50, 0.012),
      p90: around(points.p90, 0.02),
      p95: around(points.p95, 0.03),
      p99: around(points.p99, 0.06),
      p999: around(points.p999, 0.15),
    },
  };
}

function histogramOf(p50: number, tail: number, requests: number): TrafficReport['histogram'] {
  const sigma = Math.log(tail) / 2.326;
  const buckets = Array.from({ length: 900 }, (_, i) => -4 + (i * 9) / 900).map((z) => ({
    upperMs: p50 * Math.exp(sigma * z),
    count: Math.round((requests * 0.01 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)),
  }));
  const held = buckets.filter(({ count }) => count > 0);
  return { relativeError: 0.001, upperMs: held.map((b) => b.upperMs), counts: held.map((b) => b.count) };
}

export function trafficReport(name: string, p50 = 38, tail = 7, requests = 3_000_000): TrafficReport {
  const latencyMs = latency(p50, tail);
  const mean = latencyMs.mean!;
  const failed = Math.round(requests * 0.0062);
  return {
    name,
    kind: 'open',
    requests,
    started: requests - 12,
    inFlight: 12,
    ratePerSecond: requests / 3000,
    success: { ratio: 1 - failed / requests, ci95: [1 - (failed * 1.06) / requests, 1 - (failed * 0.94) / requests] },
    latencyMs,
    okLatencyMs: latency(p50 * 0.98, tail * 0.92),
    codes: { '0': 12, '200': requests - failed, '503': Math.round(failed * 0.8), '504': Math.round(failed * 0.2) - 12 },
    flags: { UO: Math.round(failed * 0.5), URX: Math.round(failed * 0.3), UT: Math.round(failed * 0.2) - 12 },
    histogram: histogramOf(p50, tail, requests),
    causesMs: {
      service: mean * 0.52,
      cpuWait: mean * 0.09,
      workerQueue: mean * 0.11,
      proxyCpu: mean * 0.06,
      poolWait: mean * 0.02,
      network: mean * 0.08,
      retry: mean * 0.07,
      injected: mean * 0.04,
      timeoutWait: mean * 0.01,
    },
    replicates: Array.from({ length: 5 }, (_, i) => ({
      requests: requests / 5,
      successRatio: 1 - (failed / requests) * (1 + 0.02 * (i - 2)),
      meanMs: mean * (1 + 0.004 * (i - 2)),
      p50Ms: p50 * (1 + 0.003 * (i - 2)),
      p90Ms: latencyMs.p90! * (1 + 0.006 * (i - 2)),
      p99Ms: latencyMs.p99! * (1 + 0.02 * (i - 2)),
    })),
  };
}

interface EdgeSketch {
  readonly source: string;
  readonly destination: string;
  readonly workload: string | null;
  readonly version?: string | null;
  readonly requests: number;
  readonly success: number;
  readonly p50: number | null;
}

export function edgeReport({ source, destination, workload, version = null, ...sketch }: EdgeSketch): EdgeReport {
  const { requests, success, p50 } = sketch;
  const failed = Math.round(requests * (1 - success));
  const retries = workload === null ? 0 : Math.round(failed * 1.4);
  return {
    source,
    destination,
    workload,
    version,
    requests,
    attempts: workload === null ? 0 : requests + retries,
    retries,
    mirrored: 0,
    inFlight: 0,
    success: { ratio: success, ci95: [Math.max(0, success - 0.0004), Math.min(1, success + 0.0004)] },
    latencyMs: latency(p50),
    codes: { '200': requests - failed, ...(failed > 0 ? { '503': failed } : {}) },
    flags: failed > 0 ? (workload === null ? { UH: failed } : { UO: failed - 1, URX: 1 }) : {},
    counters: {
      ejections_active: 0,
      ejections_total: failed > 0 ? 3 : 0,
      upstream_cx_connect_fail: 0,
      upstream_cx_overflow: 0,
      upstream_rq_pending_overflow: failed,
      upstream_rq_per_try_timeout: 0,
      upstream_rq_retry: retries,
      upstream_rq_retry_limit_exceeded: failed > 0 ? 1 : 0,
      upstream_rq_retry_overflow: 0,
      upstream_rq_retry_success: Math.round(retries * 0.8),
      upstream_rq_timeout: 0,
      upstream_rq_total: requests + retries,
    },
  };
}

export function workloadReport(name: string, over: Partial<WorkloadReport> = {}): WorkloadReport {
  return {
    name,
    kind: 'app',
    service: name.replace(/-v\d+$/, ''),
    version: /-(v\d+)$/.exec(name)?.[1] ?? null,
    replicas: 2,
    cpuCores: { app: 1.42, proxy: 0.31 },
    utilization: 0.36,
    workerUtilization: 0.22,
    queue: { mean: 0.04, max: 17 },
    vcpuPer1000Rps: { app: 1.42, proxy: 0.31 },
    memoryBytes: { proxy: 62_914_560 },
    ...over,
  };
}

const DIAGNOSTICS: readonly Diagnostic[] = [
  {
    code: 'not-modelled',
    severity: 'info',
    refuses: false,
    message: "'EnvoyFilter' is not modelled",
    help: 'nothing to do; the figures do not depend on it',
    file: 'manifests/filters.yaml',
    line: 2,
    column: 7,
    resource: { kind: 'EnvoyFilter', namespace: 'istio-system', name: 'stats' },
  },
  {
    code: 'IST0101',
    severity: 'error',
    refuses: false,
    message: "Referenced host+subset in destinationrule not found: 'reviews+v4'",
    help: "write one of the subsets of DestinationRule 'reviews': v1, v2, v3",
    file: 'manifests/reviews.yaml',
    line: 14,
    column: 21,
    resource: { kind: 'VirtualService', namespace: 'default', name: 'reviews' },
  },
  {
    code: 'no-behaviour',
    severity: 'warning',
    refuses: false,
    message: "'details-v1' is called but the scenario does not say what it does: it answers 200 at once",
    help: "add 'details-v1' to spec.workloads",
    file: 'scenario.yaml',
    line: 8,
    column: 3,
    resource: null,
  },
];

const EDGES: readonly EdgeSketch[] = [
  {
    source: 'istio-ingressgateway',
    destination: 'productpage',
    workload: 'productpage-v1',
    version: 'v1',
    requests: 3_500_000,
    success: 0.9938,
    p50: 37.1,
  },
  {
    source: 'productpage-v1',
    destination: 'details',
    workload: 'details-v1',
    version: 'v1',
    requests: 3_479_000,
    success: 1,
    p50: 3.2,
  },
  {
    source: 'productpage-v1',
    destination: 'reviews',
    workload: 'reviews-v1',
    version: 'v1',
    requests: 1_159_000,
    success: 1,
    p50: 9.8,
  },
  {
    source: 'productpage-v1',
    destination: 'reviews',
    workload: 'reviews-v2',
    version: 'v2',
    requests: 1_160_000,
    success: 0.9962,
    p50: 18.4,
  },
  {
    source: 'productpage-v1',
    destination: 'reviews',
    workload: 'reviews-v3',
    version: 'v3',
    requests: 1_160_000,
    success: 0.9721,
    p50: 22.9,
  },
  { source: 'productpage-v1', destination: 'reviews', workload: null, requests: 1_900, success: 0, p50: 0.2 },
  {
    source: 'reviews-v2',
    destination: 'ratings',
    workload: 'ratings-v1',
    version: 'v1',
    requests: 1_158_000,
    success: 0.9991,
    p50: 4.1,
  },
  {
    source: 'reviews-v3',
    destination: 'ratings',
    workload: 'ratings-v1',
    version: 'v1',
    requests: 1_157_000,
    success: 0.9989,
    p50: 4.4,
  },
  {
    source: 'ratings-v1',
    destination: 'db.example.com',
    workload: 'db.example.com',
    requests: 2_310_000,
    success: 1,
    p50: 1.1,
  },
];

/** The bookinfo mesh with two traffic sources, two faults, objectives of every verdict and a finding of every severity. */
export function sampleReport(over: Partial<Report> = {}): Report {
  const traffic = [trafficReport('shoppers'), trafficReport('batch', 61, 5, 500_000)];
  return {
    schema: 'drymesh.dev/report/v1',
    drymesh: { version: '0.1.0' },
    scenario: { name: 'bookinfo' },
    seed: 1,
    replications: 5,
    simulatedSeconds: 630,
    warmupSeconds: 30,
    complete: true,
    stopped: null,
    engine: { events: 98_412_771, hops: 15_121_030 },
    traffic,
    edges: EDGES.map(edgeReport),
    workloads: [
      workloadReport('db.example.com', {
        kind: 'external',
        service: 'db.example.com',
        cpuCores: { app: 0, proxy: 0 },
        utilization: null,
        workerUtilization: null,
        vcpuPer1000Rps: { app: null, proxy: null },
        memoryBytes: { proxy: 0 },
      }),
      workloadReport('details-v1', { workerUtilization: null }),
      workloadReport('istio-ingressgateway', {
        kind: 'gateway',
        replicas: 1,
        cpuCores: { app: 0, proxy: 0.62 },
        utilization: 0.31,
        workerUtilization: null,
        vcpuPer1000Rps: { app: 0, proxy: 0.53 },
      }),
      workloadReport('productpage-v1', {
        replicas: 3,
        cpuCores: { app: 5.21, proxy: 0.94 },
        utilization: 0.87,
        workerUtilization: 0.91,
        queue: { mean: 3.6, max: 100 },
      }),
      workloadReport('ratings-v1'),
      workloadReport('reviews-v1', { version: 'v1' }),
      workloadReport('reviews-v2'),
      workloadReport('reviews-v3', { utilization: 0.64 }),
    ],
    capacity: { vcpuPer1000Rps: { app: 9.84, proxy: 2.41, gateway: 0.53, controlPlane: null } },
    objectives: [
      {
        name: 'p99 < 250ms',
        traffic: 'shoppers',
        metric: 'p99',
        comparator: '<',
        unit: 'ms',
        target: 250,
        measured: 266,
        ci95: [250.04, 281.96],
        pass: false,
        verdict: 'failed',
      },
      {
        name: 'p99 < 250ms',
        traffic: 'batch',
        metric: 'p99',
        comparator: '<',
        unit: 'ms',
        target: 250,
        measured: 249.1,
        ci95: [236, 262],
        pass: true,
        verdict: 'undecided',
      },
      {
        name: 'success >= 99%',
        traffic: 'shoppers',
        metric: 'success',
        comparator: '>=',
        unit: 'ratio',
        target: 0.99,
        measured: 0.9938,
        ci95: [0.9934, 0.9942],
        pass: true,
        verdict: 'held',
      },
      {
        name: 'success >= 99%',
        traffic: 'batch',
        metric: 'success',
        comparator: '>=',
        unit: 'ratio',
        target: 0.99,
        measured: 0.9938,
        ci95: [0.9934, 0.9942],
        pass: true,
        verdict: 'held',
      },
    ],
    timeline: timelineOf({ shoppers: { rate: 1000, p50: 38, p99: 180 }, batch: { rate: 166, p50: 61, p99: 240 } }, [
      { fromSeconds: 120, toSeconds: 180, label: 'crash reviews-v2', file: 'scenario.yaml', line: 41 },
      { fromSeconds: 300, toSeconds: 420, label: 'slow ratings-v1 by 200ms', file: 'scenario.yaml', line: 42 },
    ]),
    failures: [
      {
        traffic: 'shoppers',
        edge: { source: 'productpage-v1', destination: 'reviews' },
        sign: 'UT',
        perRequest: 0.004,
        file: 'manifests/reviews.yaml',
        line: 14,
      },
    ],
    causes: [
      {
        traffic: 'shoppers',
        edge: { source: 'productpage-v1', destination: 'reviews' },
        mechanism: 'service',
        ms: 14.7,
        file: 'scenario.yaml',
        line: 22,
      },
      {
        traffic: 'shoppers',
        edge: { source: 'istio-ingressgateway', destination: 'productpage' },
        mechanism: 'workerQueue',
        ms: 5.83,
        file: 'scenario.yaml',
        line: 11,
      },
      {
        traffic: 'batch',
        edge: { source: 'productpage-v1', destination: 'reviews' },
        mechanism: 'retry',
        ms: 3.7,
        file: 'manifests/reviews.yaml',
        line: 17,
      },
      {
        traffic: 'shoppers',
        edge: { source: 'productpage-v1', destination: 'details' },
        mechanism: 'network',
        ms: 0.51,
        file: null,
        line: null,
      },
    ],
    precision: null,
    stability: { verdict: 'recovered', afterSeconds: 14, reason: null, loop: null },
    diagnostics: DIAGNOSTICS,
    ...over,
  };
}
