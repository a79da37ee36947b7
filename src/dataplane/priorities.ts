/** Healthy hosts count for so much more (overprovisioning factor), per cent. */
const OVERPROVISIONING = 140;

/** Hosts of one priority. */
export interface PriorityHosts {
  /** In it, unhealthy ones included. */
  readonly members: number;
  readonly healthy: number;
}

/** What Envoy makes of the health of a cluster's priorities, the nearest first. */
export interface PriorityLoads {
  /** Cumulated, per cent; the last is 100. */
  readonly upTo: readonly number[];
  /** Where load goes to all hosts, healthy or not. */
  readonly panics: readonly boolean[];
}

/**
 * The share of each priority, and panic. A priority's health is min(100, floor(140 x healthy / members)) per cent; each
 * takes as much as its health allows of what those before have left; when all together fall short, their healths are
 * scaled up to 100. Panic: strictly less than the threshold is healthy, and all together fall short. Where nobody is
 * healthy and all are in panic each gets by how many hosts it has.
 * Source: Envoy, source/common/upstream/load_balancer_impl.cc, recalculatePerPriorityState and -Panic.
 */
export function priorityLoads(priorities: readonly PriorityHosts[], panicThresholdPercent: number): PriorityLoads {
  const healths = priorities.map(({ members, healthy }) =>
    members === 0 ? 0 : Math.min(100, Math.floor((OVERPROVISIONING * healthy) / members)),
  );
  const whole = Math.min(100, sum(healths));
  const panics = priorities.map(
    ({ members, healthy }) => whole < 100 && (members === 0 ? 0 : (100 * healthy) / members) < panicThresholdPercent,
  );
  const isTotalPanic = whole === 0 && panics.every((panic) => panic);
  const sizes = priorities.map(({ members }) => members);
  const percents = isTotalPanic ? shares(sizes, sum(sizes)) : shares(healths, whole);
  let upTo = 0;
  return { upTo: percents.map((percent) => (upTo += percent)), panics };
}

/** Per cent of `whole` for each; what rounding leaves goes to the first that has any, to the first of all when none has. */
function shares(weights: readonly number[], whole: number): number[] {
  let left = 100;
  const percents = weights.map((weight) => {
    const percent = whole === 0 ? 0 : Math.min(left, Math.floor((100 * weight) / whole));
    left -= percent;
    return percent;
  });
  const first = weights.findIndex((weight) => weight > 0);
  percents[Math.max(0, first)]! += left;
  return percents;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
