import seedrandom from 'seedrandom';

/** Four words that make a family of draws independent of every other. */
export type Key = readonly [number, number, number, number];

/** The key of a run: every seed and replication has its own. */
export function runKey(seed: number, replication: number): Key {
  const words = seedrandom(`drymesh/${seed}/${replication}`);
  return [words.int32(), words.int32(), words.int32(), words.int32()];
}

const PARITY = 0x1bd11bda;
const WORD = 2 ** -32;

/**
 * Random numbers by address: the same address under the same key always gives the same numbers, whatever was drawn
 * before. `at` computes a block of four words, which `uniform` turns into numbers of (0, 1), both ends excluded.
 * Threefry-4x32 with 13 rounds (12 pass BigCrush): Salmon, Moraes, Dror, Shaw, 'Parallel random numbers: as easy as
 * 1, 2, 3', SC 2011; checked against the vectors that Random123 publishes.
 */
export class AddressedRandom {
  readonly #key: Int32Array; // the key's four words, then their parity
  readonly words = new Uint32Array(4);

  constructor(key: Key) {
    this.#key = Int32Array.of(...key, PARITY ^ key[0] ^ key[1] ^ key[2] ^ key[3]);
  }

  /** Computes the block at (a, b, c, d), four 32-bit words. */
  at(a: number, b: number, c: number, d: number): void {
    const key = this.#key;
    const k0 = key[0]!;
    const k1 = key[1]!;
    const k2 = key[2]!;
    const k3 = key[3]!;
    const k4 = key[4]!;
    // Without `| 0` on what is passed in, V8 adds in floating point.
    let x0 = ((a | 0) + k0) | 0;
    let x1 = ((b | 0) + k1) | 0;
    let x2 = ((c | 0) + k2) | 0;
    let x3 = ((d | 0) + k3) | 0;
    // Rounds 1 to 4.
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 10) | (x1 >>> 22)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 26) | (x3 >>> 6)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 11) | (x3 >>> 21)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 21) | (x1 >>> 11)) ^ x2;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 27) | (x3 >>> 5)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 23) | (x3 >>> 9)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 5) | (x1 >>> 27)) ^ x2;
    x0 = (x0 + k1) | 0;
    x1 = (x1 + k2) | 0;
    x2 = (x2 + k3) | 0;
    x3 = (x3 + k4 + 1) | 0;
    // Rounds 5 to 8.
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 20) | (x3 >>> 12)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 17) | (x3 >>> 15)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 11) | (x1 >>> 21)) ^ x2;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 25) | (x1 >>> 7)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 10) | (x3 >>> 22)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 18) | (x3 >>> 14)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 20) | (x1 >>> 12)) ^ x2;
    x0 = (x0 + k2) | 0;
    x1 = (x1 + k3) | 0;
    x2 = (x2 + k4) | 0;
    x3 = (x3 + k0 + 2) | 0;
    // Rounds 9 to 12.
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 10) | (x1 >>> 22)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 26) | (x3 >>> 6)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 11) | (x3 >>> 21)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 21) | (x1 >>> 11)) ^ x2;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 27) | (x3 >>> 5)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 23) | (x3 >>> 9)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 5) | (x1 >>> 27)) ^ x2;
    x0 = (x0 + k3) | 0;
    x1 = (x1 + k4) | 0;
    x2 = (x2 + k0) | 0;
    x3 = (x3 + k1 + 3) | 0;
    // Round 13.
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 20) | (x3 >>> 12)) ^ x2;
    const words = this.words;
    words[0] = x0;
    words[1] = x1;
    words[2] = x2;
    words[3] = x3;
  }

  /** The number of (0, 1) that word `index` (0 to 3) of the block at hand gives. */
  uniform(index: number): number {
    return (this.words[index]! + 0.5) * WORD;
  }
}

/** Draws that belong to no request, in order: a stream for each name. */
export class SequentialRandom {
  readonly #random: AddressedRandom;
  readonly #name: number;
  #drawn = 0;

  constructor(key: Key, name: string) {
    this.#random = new AddressedRandom(key);
    this.#name = hashText(name);
  }

  /** The next number of (0, 1). */
  next(): number {
    const n = this.#drawn++;
    if ((n & 3) === 0) this.#random.at(this.#name, n >>> 2, Math.floor(n / 2 ** 34), 0x5eed);
    return this.#random.uniform(n & 3);
  }
}

/** A 32-bit hash of a text: FNV-1a over its code units, then mixed. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash, text.length);
}

/** A 32-bit hash of two words: MurmurHash3's finalizer over their combination. */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b + 0x7f4a7c15, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0x27d4eb2f);
  return hash ^ (hash >>> 16);
}

/** The number of [0, 1) that a 32-bit hash stands for. */
export function fraction(hash: number): number {
  return (hash >>> 0) * WORD;
}
