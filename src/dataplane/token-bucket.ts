/** What rounding may take from a whole token. */
const ROUNDING = 1e-9;

/**
 * Tokens of one filter in one proxy process, shared by its workers. It starts full and is refilled continuously, without
 * any event: what it holds follows from the time at which it was, or would have been, empty.
 * Source: Envoy 1.37, source/common/common/token_bucket_impl.h, AtomicTokenBucketImpl.
 */
export class TokenBucket {
  readonly #maxTokens: number;
  readonly #tokensPerMs: number;
  #emptyMs: number;

  constructor({ maxTokens, tokensPerMs }: { readonly maxTokens: number; readonly tokensPerMs: number }, nowMs: number) {
    this.#maxTokens = maxTokens;
    this.#tokensPerMs = tokensPerMs;
    this.#emptyMs = nowMs - maxTokens / tokensPerMs;
  }

  /** Takes a token if there is one. */
  take(nowMs: number): boolean {
    const fullMs = nowMs - this.#maxTokens / this.#tokensPerMs;
    const emptyMs = Math.max(this.#emptyMs, fullMs);
    if ((nowMs - emptyMs) * this.#tokensPerMs < 1 - ROUNDING) return false;
    this.#emptyMs = emptyMs + 1 / this.#tokensPerMs;
    return true;
  }
}
