const LOWEST_EXPONENT = -14; // values below 2^-14 ms (61 ns) share the first bucket
const OCTAVES = 46; // up to 2^32 ms, seven weeks; what is longer shares the last bucket
const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0; // where a double's exponent lies

/** Half the width of the bucket of a value, with 2^bits buckets to an octave. */
export function halfBucketMs(ms: number, bits: number): number {
  if (ms < 2 ** LOWEST_EXPONENT) return 2 ** (LOWEST_EXPONENT - 1);
  float[0] = ms;
  halves[HIGH]! &= 0x7ff00000; // the octave begins where no bit of the mantissa is set
  halves[1 - HIGH] = 0;
  return float[0] * 2 ** -(bits + 1);
}

/** What a histogram holds. */
export type HistogramCounts = Pick<Histogram, 'bits' | 'count' | 'sumMs' | 'minMs' | 'maxMs' | 'octaves'>;

/**
 * Counts of values in ms, in buckets of equal ratio: each octave has 2^bits of them, so that a value differs from its
 * bucket's middle by at most 2^-(bits + 1) of itself. Octaves take memory from their first value on. The bucket is read
 * off the bits of the number; no logarithm is taken. Merging two of the same `bits` is exact.
 */
export class Histogram {
  readonly bits: number;
  count = 0;
  sumMs = 0;
  minMs = Infinity;
  maxMs = 0;
  /** By octave; within it by bucket. */
  readonly octaves: (Float64Array | null)[] = new Array<Float64Array | null>(OCTAVES).fill(null);

  constructor(bits: number) {
    this.bits = bits;
  }

  /** The largest relative difference between a value and what the histogram says of it. */
  get relativeError(): number {
    return 2 ** -(this.bits + 1);
  }

  /** The value's bucket: octave x 2^bits + place in it. */
  bucketOf(ms: number): number {
    float[0] = ms;
    const bucket = (halves[HIGH]! >>> (20 - this.bits)) - ((1023 + LOWEST_EXPONENT) << this.bits);
    return bucket < 0 ? 0 : Math.min(bucket, (OCTAVES << this.bits) - 1);
  }

  record(ms: number): void {
    this.recordAt(this.bucketOf(ms), ms);
  }

  /** Records a value whose bucket is known. */
  recordAt(bucket: number, ms: number): void {
    const octave = bucket >>> this.bits;
    let counts = this.octaves[octave]!;
    if (counts === null) {
      counts = new Float64Array(1 << this.bits);
      this.octaves[octave] = counts;
    }
    counts[bucket & ((1 << this.bits) - 1)]!++;
    this.count++;
    this.sumMs += ms;
    if (ms < this.minMs) this.minMs = ms;
    if (ms > this.maxMs) this.maxMs = ms;
  }

  /** Adds what `other`, of the same bits, has counted. */
  merge(other: HistogramCounts): void {
    if (other.bits !== this.bits) throw new RangeError(`histograms of ${this.bits} and ${other.bits} bits`);
    other.octaves.forEach((counts, octave) => {
      if (counts === null) return;
      const mine = this.octaves[octave];
      if (!mine) this.octaves[octave] = counts.slice();
      else for (let i = 0; i < counts.length; i++) mine[i]! += counts[i]!;
    });
    this.count += other.count;
    this.sumMs += other.sumMs;
    this.minMs = Math.min(this.minMs, other.minMs);
    this.maxMs = Math.max(this.maxMs, other.maxMs);
  }

  get meanMs(): number | null {
    return this.count === 0 ? null : this.sumMs / this.count;
  }

  /** The value of rank ceil(q x count), by its bucket's middle; null when there is none. */
  quantileMs(q: number): number | null {
    const bucket = this.bucketAt(q);
    return bucket === null ? null : this.#within(this.middleMs(bucket));
  }

  /** The bucket of that value; null when there is none. */
  bucketAt(q: number): number | null {
    let left = Math.max(1, Math.ceil(q * this.count - 1e-9));
    let last: number | null = null;
    for (const { bucket, count } of this.buckets()) {
      left -= count;
      last = bucket;
      if (left <= 0) break;
    }
    return last;
  }

  /** How many values lie in this bucket and below. */
  countThrough(bucket: number): number {
    let sum = 0;
    for (const each of this.buckets()) {
      if (each.bucket > bucket) break;
      sum += each.count;
    }
    return sum;
  }

  /** Between which values those of a bucket lie, no farther than the least and the greatest of all. */
  edgesMs(bucket: number): readonly [low: number, high: number] {
    const low = bucket === 0 ? 0 : this.upperMs(bucket - 1);
    return [this.#within(low), this.#within(this.upperMs(bucket))];
  }

  /** The buckets that hold something, in ascending order. */
  *buckets(): Generator<{ readonly bucket: number; readonly count: number }> {
    for (let octave = 0; octave < OCTAVES; octave++) {
      const counts = this.octaves[octave];
      if (!counts) continue;
      for (let i = 0; i < counts.length; i++) {
        if (counts[i]! > 0) yield { bucket: (octave << this.bits) + i, count: counts[i]! };
      }
    }
  }

  #within(ms: number): number {
    return Math.min(Math.max(ms, this.minMs), this.maxMs);
  }

  upperMs(bucket: number): number {
    return edgeMs(bucket + 1, this.bits);
  }

  middleMs(bucket: number): number {
    return bucket === 0 ? 0 : (edgeMs(bucket, this.bits) + edgeMs(bucket + 1, this.bits)) / 2;
  }
}

function edgeMs(bucket: number, bits: number): number {
  const octave = Math.floor(bucket / (1 << bits));
  return 2 ** (LOWEST_EXPONENT + octave) * (1 + (bucket % (1 << bits)) / (1 << bits));
}
