/** What one run saw, of real Envoys or of the model alike. Shares are of the source's requests. */
export interface Figures {
  /** By source. */
  readonly traffic: Readonly<Record<string, TrafficFigures>>;
  /** By `caller > service`: Envoy's counters over both sides of the run that count, per request of all sources. */
  readonly counters: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface TrafficFigures {
  readonly requests: number;
  readonly success: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly codes: Readonly<Record<string, number>>;
  readonly flags: Readonly<Record<string, number>>;
}

/** Counters that are compared: the model's name, and Envoy's where it is another. */
export const COMPARED_COUNTERS: Readonly<Record<string, string>> = {
  upstream_rq_total: 'upstream_rq_total',
  upstream_rq_retry: 'upstream_rq_retry',
  upstream_rq_retry_success: 'upstream_rq_retry_success',
  upstream_rq_retry_limit_exceeded: 'upstream_rq_retry_limit_exceeded',
  upstream_rq_retry_overflow: 'upstream_rq_retry_overflow',
  upstream_rq_pending_overflow: 'upstream_rq_pending_overflow',
  upstream_rq_active_overflow: 'upstream_rq_active_overflow',
  upstream_rq_timeout: 'upstream_rq_timeout',
  upstream_rq_per_try_timeout: 'upstream_rq_per_try_timeout',
  upstream_cx_total: 'upstream_cx_total',
  upstream_cx_connect_fail: 'upstream_cx_connect_fail',
  upstream_cx_overflow: 'upstream_cx_overflow',
  ejections_total: 'outlier_detection.ejections_enforced_total',
  ejections_overflow: 'outlier_detection.ejections_overflow',
};

/** Counts by key as shares of `total`, keys in order. */
export function shares(counts: ReadonlyMap<string, number>, total: number): Record<string, number> {
  const entries = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, count]) => [key, total === 0 ? 0 : count / total]));
}

export function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
