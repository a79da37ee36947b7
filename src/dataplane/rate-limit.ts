import type { Origin } from '../mesh/index.js';
import { type AddressOf, drawForLimit } from './draws.js';
import type { Plane } from './plane.js';
import type { ProxyProcess } from './proxy.js';
import { grpcStatus, localReplyToGrpc, type Status } from './status.js';
import { TokenBucket } from './token-bucket.js';

const RESOURCE_EXHAUSTED = 8;

/** A local rate limit of one workload's proxies. */
export interface RateLimit {
  /** Where it was written, here or with the same content. */
  readonly origin: Origin;
  /** Numbers the token buckets of these proxies; each proxy process has its own. */
  readonly index: number;
  readonly maxTokens: number;
  readonly tokensPerMs: number;
  readonly refillEveryMs: number | null;
  /** 0..1: of the requests that take a token, and of those that find none and are refused. */
  readonly enabledShare: number;
  readonly enforcedShare: number;
  readonly status: number;
  readonly resourceExhausted: boolean;
  /** Before faults and authorization, not right before the router. */
  readonly isFirst: boolean;
}

/**
 * The limit that refuses a request of `proxy`, of those that stand first or of the others; null: it goes on. A request
 * takes its tokens on the way.
 * Source: Envoy 1.37, source/extensions/filters/http/local_ratelimit/local_ratelimit.cc, `decodeHeaders`.
 */
export function refusingLimit(
  plane: Plane,
  limits: readonly RateLimit[],
  isFirst: boolean,
  proxy: ProxyProcess,
  request: AddressOf,
): RateLimit | null {
  for (const limit of limits) {
    if (limit.isFirst !== isFirst || !hits(plane, request, limit, 0, limit.enabledShare)) continue;
    if (!bucketOf(plane, proxy, limit).take(plane.sim.nowMs) && hits(plane, request, limit, 1, limit.enforcedShare))
      return limit;
  }
  return null;
}

/** What the caller is answered. */
export function refusedStatus({ status, resourceExhausted }: RateLimit, protocol: 'http' | 'grpc' | 'tcp'): Status {
  if (protocol !== 'grpc') return status;
  return resourceExhausted ? grpcStatus(RESOURCE_EXHAUSTED) : localReplyToGrpc(status);
}

function bucketOf({ sim }: Plane, { buckets }: ProxyProcess, limit: RateLimit): TokenBucket {
  const known = buckets[limit.index];
  if (known !== undefined) return known;
  const bucket = new TokenBucket(limit, sim.nowMs);
  buckets[limit.index] = bucket;
  return bucket;
}

function hits({ random }: Plane, request: AddressOf, { index }: RateLimit, word: number, share: number): boolean {
  if (share >= 1) return true;
  drawForLimit(random, request, index);
  return random.uniform(word) < share;
}
