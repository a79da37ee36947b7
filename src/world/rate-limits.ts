import type { RateLimit } from '../dataplane/index.js';
import type { EffectiveRateLimit } from '../mesh/index.js';

/**
 * The rate limits of every station's proxies: one record, and one number, for each of their token buckets. A limit that a
 * push changes is another one: the proxy makes its filter anew, with a full bucket.
 */
export class RateLimitBook {
  readonly #byStation = new Map<number, Map<string, RateLimit>>();

  /** Null: none. `station`: its index. */
  of(station: number, limits: readonly EffectiveRateLimit[]): readonly RateLimit[] | null {
    if (limits.length === 0) return null;
    let known = this.#byStation.get(station);
    if (known === undefined) {
      known = new Map();
      this.#byStation.set(station, known);
    }
    const records = known;
    return limits.map((limit) => {
      const { origin: _, ...content } = limit;
      const key = JSON.stringify(content);
      const record = records.get(key) ?? numbered(limit, records.size);
      records.set(key, record);
      return record;
    });
  }
}

function numbered({ tokensPerSecond, ...limit }: EffectiveRateLimit, index: number): RateLimit {
  const { origin, maxTokens, refillEveryMs, enabledShare, enforcedShare, status, resourceExhausted, isFirst } = limit;
  const tokensPerMs = tokensPerSecond / 1000;
  return {
    origin,
    index,
    maxTokens,
    tokensPerMs,
    refillEveryMs,
    enabledShare,
    enforcedShare,
    status,
    resourceExhausted,
    isFirst,
  };
}
