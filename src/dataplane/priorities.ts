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
 * scaled up to 100. Panic: strictly less than the threshold is healthy, and all together fall short.
 * Source: Envoy, source/common/upstream/load_balancer_impl.cc, recalculatePerPriorityState and -Panic.
 */
export function priorityLoads(priorities: readonly PriorityHosts[], panicThresholdPercent: number): PriorityLoads {
  const healths = priorities.map(({ members, healthy }) =>
    members === 0 ? 0 : Math.min(100, Math.floor((OVERPROVISIONING * healthy) / members)),
  );
  const whole = Math.min(
    100,
    healths.reduce((sum, health) => sum + health, 0),
  );
  const panics = priorities.map(
    ({ members, healthy }) => whole < 100 && (members === 0 ? 0 : (100 * healthy) / members) < panicThresholdPercent,
  );
  const weights = whole === 0 && panics.every((panic) => panic) ? sizesOf(priorities) : sharesOf(healths, whole);
  let upTo = 0;
  return { upTo: weights.map((share) => (upTo += share)), panics };
}

/** What rounding leaves goes to the first that has any health; to the first of all when none has. */
function sharesOf(healths: readonly number[], whole: number): number[] {
  let left = 100;
  const shares = healths.map((health) => {
    const share = whole === 0 ? 0 : Math.min(left, Math.floor((100 * health) / whole));
    left -= share;
    return share;
  });
  const first = Math.max(
    0,
    healths.findIndex((health) => health > 0),
  );
  shares[first]! += left;
  return shares;
}

/** Nobody is healthy and all are in panic: each gets by how many hosts it has. */
function sizesOf(priorities: readonly PriorityHosts[]): number[] {
  const all = priorities.reduce((sum, { members }) => sum + members, 0);
  let left = 100;
  const shares = priorities.map(({ members }) => {
    const share = all === 0 ? 0 : Math.min(left, Math.floor((100 * members) / all));
    left -= share;
    return share;
  });
  const first = Math.max(
    0,
    priorities.findIndex(({ members }) => members > 0),
  );
  shares[first]! += left;
  return shares;
}
