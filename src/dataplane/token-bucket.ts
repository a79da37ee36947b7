/** What rounding may take from a whole token. */
const ROUNDING = 1e-9;

/** What a bucket holds at most, and how it is refilled; `refillEveryMs` null: all the time. */
export interface Refill {
  readonly maxTokens: number;
  readonly tokensPerMs: number;
  readonly refillEveryMs: number | null;
}

/**
 * Tokens of one filter in one proxy process, shared by its workers. It starts full and is refilled without any event: what
 * it holds follows from the time at which it was, or would have been, empty.
 * Source: Envoy 1.37, source/common/common/token_bucket_impl.h, AtomicTokenBucketImpl; before 1.31, in steps,
 * source/extensions/filters/common/local_ratelimit/local_ratelimit_impl.cc, onFillTimerHelper.
 */
export class TokenBucket {
  readonly #refill: Refill;
  readonly #startMs: number;
  #emptyMs: number;

  constructor(refill: Refill, nowMs: number) {
    this.#refill = refill;
    this.#startMs = nowMs;
    this.#emptyMs = nowMs - refill.maxTokens / refill.tokensPerMs;
  }

  /** Takes a token if there is one. */
  take(nowMs: number): boolean {
    const { maxTokens, tokensPerMs } = this.#refill;
    const refilledMs = this.#refilledMs(nowMs);
    const emptyMs = Math.max(this.#emptyMs, refilledMs - maxTokens / tokensPerMs);
    if ((refilledMs - emptyMs) * tokensPerMs < 1 - ROUNDING) return false;
    this.#emptyMs = emptyMs + 1 / tokensPerMs;
    return true;
  }

  #refilledMs(nowMs: number): number {
    const { refillEveryMs } = this.#refill;
    if (refillEveryMs === null) return nowMs;
    return this.#startMs + Math.floor((nowMs - this.#startMs) / refillEveryMs) * refillEveryMs;
  }
}
