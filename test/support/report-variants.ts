import type { Report } from '../../src/analysis/index.js';
import { edgeReport, HOSTILE_NAMES, latency, sampleReport, trafficReport, workloadReport } from './report.js';
import { timelineOf } from './report-timeline.js';

/** A run in which nothing was sent: every list empty, every figure that has a denominator null. */
export function emptyReport(): Report {
  return sampleReport({
    replications: 1,
    traffic: [],
    edges: [],
    workloads: [],
    capacity: { vcpuPer1000Rps: { app: null, proxy: null, gateway: null, controlPlane: null } },
    objectives: [],
    timeline: { startSeconds: 0, stepSeconds: 1, traffic: {}, marks: [] },
    causes: [],
    failures: [],
    stability: null,
    diagnostics: [],
  });
}

/** A source that sent nothing and a workload that got nothing, beside objectives without data. */
export function idleReport(): Report {
  const none = { ratio: null, ci95: null };
  const idle = { ...trafficReport('idle'), requests: 0, started: 0, inFlight: 0, ratePerSecond: 0, success: none };
  const zero = Object.fromEntries(Object.keys(idle.causesMs).map((key) => [key, 0])) as unknown as typeof idle.causesMs;
  return {
    ...emptyReport(),
    traffic: [
      {
        ...idle,
        latencyMs: latency(null),
        okLatencyMs: latency(null),
        codes: {},
        flags: {},
        histogram: { relativeError: 0.001, upperMs: [], counts: [] },
        causesMs: zero,
        replicates: [{ requests: 0, successRatio: null, meanMs: null, p50Ms: null, p90Ms: null, p99Ms: null }],
      },
    ],
    workloads: [workloadReport('idle-v1', { utilization: 0, vcpuPer1000Rps: { app: null, proxy: null } })],
    objectives: [
      {
        name: 'p99 < 250ms',
        traffic: 'idle',
        metric: 'p99',
        comparator: '<',
        unit: 'ms',
        target: 250,
        measured: null,
        ci95: null,
        pass: false,
        verdict: 'failed',
      },
    ],
    timeline: {
      startSeconds: 0,
      stepSeconds: 1,
      traffic: {
        idle: { ratePerSecond: [0, 0], successRatio: [null, null], p50Ms: [null, null], p99Ms: [null, null] },
      },
      marks: [],
    },
  };
}

/** Every text that comes from a user is one of the hostile names. */
export function hostileReport(): Report {
  const [script, image, close, quote, bidi, terminal, markdown, proto] = HOSTILE_NAMES;
  const sample = sampleReport();
  return {
    ...sample,
    drymesh: { version: script },
    scenario: { name: close },
    stopped: { reason: image, atSeconds: 12 },
    traffic: [trafficReport(script), trafficReport(bidi, 12), trafficReport(proto, 20)],
    edges: [
      edgeReport({
        source: script,
        destination: image,
        workload: close,
        version: quote,
        requests: 1000,
        success: 0.9,
        p50: 3,
      }),
      edgeReport({
        source: close,
        destination: proto,
        workload: proto,
        version: terminal,
        requests: 900,
        success: 1,
        p50: 2,
      }),
      edgeReport({ source: proto, destination: markdown, workload: null, requests: 10, success: 0, p50: 1 }),
      {
        ...edgeReport({ source: proto, destination: bidi, workload: terminal, requests: 9, success: 1, p50: 1 }),
        codes: { [image]: 9 },
        flags: { [script]: 1 },
        counters: { [close]: 2 },
      },
    ],
    workloads: [close, proto, terminal].map((name) => workloadReport(name, { service: image, version: script })),
    objectives: HOSTILE_NAMES.map((name) => ({ ...sample.objectives[0]!, name, traffic: script })),
    timeline: timelineOf(
      {
        [script]: { rate: 10, p50: 1, p99: 2 },
        [bidi]: { rate: 12, p50: 3, p99: 4 },
        [proto]: { rate: 5, p50: 3, p99: 4 },
      },
      HOSTILE_NAMES.map((label, i) => ({ fromSeconds: i * 60, toSeconds: i * 60 + 30, label, file: close, line: 1 })),
    ),
    causes: HOSTILE_NAMES.map((name) => ({
      traffic: name,
      edge: { source: name, destination: name },
      mechanism: name,
      ms: 1,
      file: name,
      line: 1,
    })),
    failures: HOSTILE_NAMES.map((name) => ({
      traffic: name,
      edge: { source: name, destination: name },
      sign: name,
      perRequest: 1,
      file: name,
      line: 1,
    })),
    stability: { verdict: 'down', afterSeconds: null, reason: null, loop: script },
    diagnostics: HOSTILE_NAMES.map((name) => ({
      code: name,
      severity: 'error',
      refuses: false,
      message: name,
      help: name,
      file: name,
      line: 1,
      column: 1,
      resource: { kind: name, namespace: name, name },
    })),
  };
}

/** A tree of `workloads` services, each calling up to three others; every 17th is unwell. */
export function largeReport(workloads: number): Report {
  const name = (i: number) => `team-${i % 7}/service-${String(i).padStart(4, '0')}`;
  const children = Array.from({ length: workloads - 1 }, (_, i) => i + 1);
  return sampleReport({
    edges: children.map((i) =>
      edgeReport({
        source: name(Math.floor((i - 1) / 3)),
        destination: name(i),
        workload: name(i),
        requests: Math.round(3_000_000 / (1 + i)),
        success: i % 17 === 0 ? 0.97 : 1,
        p50: 1 + (i % 23),
      }),
    ),
    workloads: [0, ...children].map((i) => workloadReport(name(i), { service: name(i) })),
  });
}
