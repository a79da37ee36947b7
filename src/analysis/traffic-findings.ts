import { MECHANISMS, type TrafficRecorder } from '../telemetry/index.js';
import { countsOf } from './counts.js';
import type { Naming } from './findings.js';
import { ratioInterval } from './intervals.js';
import { latencyOf, merged } from './latency.js';
import type { Measured } from './precision.js';
import type { CausesMs, TrafficReport } from './report-document.js';

export interface TrafficSpec {
  readonly name: string;
  readonly kind: 'open' | 'closed';
}

/** What one source saw, replications pooled. */
export function trafficReport(
  { name, kind }: TrafficSpec,
  recorders: readonly TrafficRecorder[],
  observedMs: readonly number[],
  naming: Naming,
): TrafficReport {
  const measured = measuredOf(name, recorders);
  const { requests } = measured;
  const seconds = sum(observedMs) / 1000;
  const all = merged(recorders.map(({ latency }) => latency));
  const buckets = [...all.buckets()];
  return {
    ...measured,
    kind,
    started: sum(recorders.map(({ started }) => started)),
    inFlight: sum(recorders.map(({ inFlight }) => inFlight)),
    ratePerSecond: seconds === 0 ? 0 : requests / seconds,
    okLatencyMs: latencyOf(recorders.map(({ okLatency }) => okLatency)),
    codes: countsOf(
      recorders.map(({ codes }) => codes),
      (status) => [naming.code(status)],
    ),
    flags: countsOf(
      recorders.map(({ flags }) => flags),
      naming.flags,
    ),
    histogram: {
      relativeError: all.relativeError,
      upperMs: buckets.map(({ bucket }) => all.upperMs(bucket)),
      counts: buckets.map(({ count }) => count),
    },
    causesMs: causesPerRequest(recorders, requests),
    replicates: recorders.map((recorder) => ({
      requests: recorder.requests,
      successRatio: recorder.requests === 0 ? null : recorder.succeeded / recorder.requests,
      meanMs: recorder.latency.meanMs,
      p50Ms: recorder.latency.quantileMs(0.5),
      p90Ms: recorder.latency.quantileMs(0.9),
      p99Ms: recorder.latency.quantileMs(0.99),
    })),
  };
}

/** As much of it as says how precise it is. */
export function measuredOf(name: string, recorders: readonly TrafficRecorder[]): Measured {
  return {
    name,
    requests: sum(recorders.map((recorder) => recorder.requests)),
    success: successOf(recorders),
    latencyMs: latencyOf(recorders.map(({ latency }) => latency)),
  };
}

/** The ratio with its interval; null where nothing was sent. */
function successOf(recorders: readonly TrafficRecorder[]): TrafficReport['success'] {
  const requests = sum(recorders.map((recorder) => recorder.requests));
  if (requests === 0) return { ratio: null, ci95: null };
  const succeeded = sum(recorders.map((recorder) => recorder.succeeded));
  return { ratio: succeeded / requests, ci95: ratioInterval(succeeded, requests, successRatios(recorders)) };
}

function successRatios(recorders: readonly TrafficRecorder[]): number[] {
  return recorders.flatMap(({ requests, succeeded }) => (requests === 0 ? [] : [succeeded / requests]));
}

/** Adds up to the mean latency. */
function causesPerRequest(recorders: readonly TrafficRecorder[], requests: number): CausesMs {
  const vectors = recorders.map(({ causes }) => causes);
  const entries = MECHANISMS.map((mechanism, i) => {
    const ms = sum(vectors.map((vector) => vector[i]!));
    return [mechanism, requests === 0 ? 0 : ms / requests];
  });
  return Object.fromEntries(entries) as unknown as CausesMs;
}

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
