import { sectionInterval } from '../intervals.js';
import type { Interval } from '../report-document.js';
import type { StabilityVerdict } from '../stability.js';
import { sum } from '../traffic-findings.js';
import type { SweepPoint } from './document.js';
import { perSuccessful, pooledRatio, vcpuOf } from './point.js';

/** A figure of one point, and the same of each of its replications, which are paired with those of every other point. */
export interface Estimate {
  readonly value: number | null;
  readonly replicates: readonly (number | null)[];
}

/** The source with the most requests over all points, the first of equals; null: there is no traffic. */
export function busiestOf(points: readonly SweepPoint[]): string | null {
  const requests = new Map<string, number>();
  for (const { traffic } of points) {
    for (const source of traffic) requests.set(source.name, (requests.get(source.name) ?? 0) + source.requests);
  }
  const [first] = [...requests].sort(([, a], [, b]) => b - a);
  return first?.[0] ?? null;
}

/** Of one source, in ms. */
export function p99Of({ traffic }: SweepPoint, source: string | null): Estimate {
  const found = traffic.find(({ name }) => name === source);
  if (found === undefined) return { value: null, replicates: [] };
  return { value: found.latencyMs.p99, replicates: found.replicates.map(({ p99Ms }) => p99Ms) };
}

/** Of all sources together. */
export function successOf({ traffic, replications }: SweepPoint): Estimate {
  const counts = traffic.map(({ requests, success }) => ({ requests, ratio: success.ratio }));
  const byReplication = Array.from({ length: replications }, (_, replication) =>
    pooledRatio(
      traffic.map(({ replicates }) => {
        const { requests, successRatio } = replicates[replication]!;
        return { requests, ratio: successRatio };
      }),
    ),
  );
  return { value: pooledRatio(counts), replicates: byReplication };
}

/** vCPU per 1000 requests/s of applications, proxies and gateways. */
export function vcpuPer1000RpsOf({ cost }: SweepPoint): Estimate {
  return { value: vcpuOf(cost.vcpuPer1000Rps), replicates: cost.replicates };
}

/** The same of the requests that succeed; null where none does. */
export function vcpuPer1000SuccessfulOf(point: SweepPoint): Estimate {
  const success = successOf(point).replicates;
  return {
    value: point.cost.vcpuPer1000Successful,
    replicates: point.cost.replicates.map((vcpu, i) => perSuccessful(vcpu, success[i] ?? null)),
  };
}

/** Requests per second of the sources that ask whether answers come or not. */
export function offeredOf({ traffic }: SweepPoint): Estimate {
  const open = traffic.filter(({ kind }) => kind === 'open');
  return { value: sum(open.map(({ ratePerSecond }) => ratePerSecond)), replicates: [] };
}

export function podsOf({ cost }: SweepPoint): Estimate {
  return { value: cost.pods, replicates: [] };
}

/** How well a state after faults is known to be the one before; where no fault ends there is nothing to recover from. */
const RECOVERY: Readonly<Record<StabilityVerdict, number>> = { recovered: 2, undecided: 1, degraded: 0, down: 0 };

export function recoveryOf({ stability }: SweepPoint): Estimate {
  return { value: RECOVERY[stability?.verdict ?? 'recovered'], replicates: [] };
}

/**
 * The 95 % interval of `b` - `a`, replications as pairs: both points answer the same requests, so what is common to them
 * falls out. Null with fewer than two, and where a replication has no figure.
 */
export function pairedInterval(a: Estimate, b: Estimate): Interval | null {
  if (a.value === null || b.value === null || a.replicates.length !== b.replicates.length) return null;
  const differences: number[] = [];
  for (const [i, from] of a.replicates.entries()) {
    const to = b.replicates[i]!;
    if (from === null || to === null) return null;
    differences.push(to - from);
  }
  return sectionInterval(b.value - a.value, differences);
}
