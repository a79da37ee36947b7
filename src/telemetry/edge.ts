import { Histogram } from './histogram.js';
import { Tally } from './tally.js';

/**
 * Envoy's statistics of an upstream cluster, by the names that Envoy gives them; and, of what the caller sees as a plain 503,
 * how many attempts met a limit of the server's own proxy.
 */
export const EDGE_COUNTERS = [
  'upstream_rq_total',
  'upstream_rq_retry',
  'upstream_rq_retry_success',
  'upstream_rq_retry_limit_exceeded',
  'upstream_rq_retry_overflow',
  'upstream_rq_pending_total',
  'upstream_rq_pending_overflow',
  'upstream_rq_active_overflow',
  'upstream_rq_timeout',
  'upstream_rq_per_try_timeout',
  'upstream_cx_total',
  'upstream_cx_connect_fail',
  'upstream_cx_connect_timeout',
  'upstream_cx_overflow',
  'upstream_cx_none_healthy',
  'ejections_total',
  'ejections_active',
  'ejections_overflow',
  'inbound_rq_overflow',
] as const;

type EdgeCounter = (typeof EDGE_COUNTERS)[number];

/** Position of each counter in a row's `counters`. */
export const COUNTER = Object.fromEntries(EDGE_COUNTERS.map((name, index) => [name, index])) as Readonly<
  Record<EdgeCounter, number>
>;

/** Relative error of at most 0.8 %. */
export const EDGE_BITS = 6;

export interface EdgeName {
  readonly source: string;
  readonly destination: string;
  /** Null: refused before an endpoint was picked. */
  readonly workload: string | null;
  readonly version: string | null;
  readonly proxied: boolean;
}

/** What one workload's proxies saw of their calls to one service that ended at one workload. */
export class EdgeRow {
  readonly name: EdgeName;
  calls = 0;
  succeeded = 0;
  inFlight = 0;
  attempts = 0;
  retries = 0;
  mirrored = 0;
  readonly latency = new Histogram(EDGE_BITS);
  readonly codes = new Tally();
  readonly flags = new Tally();
  readonly counters = new Float64Array(EDGE_COUNTERS.length);

  constructor(name: EdgeName) {
    this.name = name;
  }
}
