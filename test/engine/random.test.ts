import { expect, test } from 'vitest';
import { AddressedRandom, hashText, type Key, mix, runKey, SequentialRandom } from '../../src/engine/index.js';

const ONES = -1;
// Random123, tests/kat_vectors: threefry4x32, 13 rounds.
const VECTORS: readonly { counter: number[]; key: number[]; words: number[] }[] = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0, 0, 0],
    words: [0x531c7e4f, 0x39491ee5, 0x2c855a92, 0x3d6abf9a],
  },
  {
    counter: [ONES, ONES, ONES, ONES],
    key: [ONES, ONES, ONES, ONES],
    words: [0xc4189358, 0x1c9cc83a, 0xd5881c67, 0x6a0a89e0],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
    words: [0x4aa71d8f, 0x734738c2, 0x431fc6a8, 0xae6debf1],
  },
];

test.each(VECTORS)('Threefry-4x32 with 13 rounds at $counter', ({ counter, key, words }) => {
  const random = new AddressedRandom(key as unknown as Key);
  random.at(...(counter as [number, number, number, number]));
  expect([...random.words]).toEqual(words);
});

/** Pearson's statistic of how often each of `cells` came; its 99.9 % quantile by Wilson and Hilferty. */
function expectUniform(counts: readonly number[]): void {
  const draws = counts.reduce((sum, count) => sum + count, 0);
  const mean = draws / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
  const freedom = counts.length - 1;
  const quantile = freedom * (1 - 2 / (9 * freedom) + 3.0902 * Math.sqrt(2 / (9 * freedom))) ** 3;
  expect(chiSquare).toBeLessThan(quantile);
}

const CELLS = 100;
const DRAWS = 200_000;

function countsOf(draw: (n: number) => number): number[] {
  const counts = new Array<number>(CELLS).fill(0);
  for (let n = 0; n < DRAWS; n++) counts[Math.floor(draw(n) * CELLS)]!++;
  return counts;
}

test.each([0, 1, 2, 3])('word %i is uniform over neighbouring addresses', (word) => {
  const random = new AddressedRandom(runKey(1, 0));
  for (const place of [0, 1, 2, 3] as const) {
    const counts = countsOf((n) => {
      const address: [number, number, number, number] = [7, 7, 7, 7];
      address[place] = n;
      random.at(...address);
      return random.uniform(word);
    });
    expectUniform(counts);
  }
});

test('pairs of neighbouring draws are uniform', () => {
  const random = new AddressedRandom(runKey(1, 0));
  expectUniform(
    countsOf((n) => {
      random.at(n, 0, 0, 0);
      const first = Math.floor(10 * random.uniform(0));
      random.at(n + 1, 0, 0, 0);
      return (first + random.uniform(0)) / 10;
    }),
  );
});

test('a sequence is uniform, the same each time, and another by another name', () => {
  const draw = (name: string) => new SequentialRandom(runKey(1, 0), name);
  const sequence = draw('pod-0');
  expectUniform(countsOf(() => sequence.next()));
  const first = (name: string) => {
    const stream = draw(name);
    return Array.from({ length: 10 }, () => stream.next());
  };
  expect(first('pod-0')).toEqual(first('pod-0'));
  expect(first('pod-0')).not.toEqual(first('pod-1'));
});

test('a number lies within (0, 1), both ends excluded', () => {
  const random = new AddressedRandom([0, 0, 0, 0]);
  random.words.set([0, 0xffffffff, 1, 0x80000000]);
  expect(random.uniform(0)).toBeGreaterThan(0);
  expect(random.uniform(1)).toBeLessThan(1);
  expect(random.uniform(3)).toBeCloseTo(0.5, 9);
});

test('each seed and each replication has a key of its own', () => {
  const keys = [0, 1, 2].flatMap((seed) => [0, 1, 2].map((replication) => runKey(seed, replication).join()));
  expect(new Set(keys).size).toBe(keys.length);
  expect(runKey(7, 3)).toEqual(runKey(7, 3));
});

test('hashes of small numbers and similar texts do not meet', () => {
  const seen = new Set<number>();
  for (let a = 0; a < 300; a++) for (let b = 0; b < 300; b++) seen.add(mix(a, b));
  // 90,000 of 2^32: one pair in expectation.
  expect(seen.size).toBeGreaterThan(90_000 - 8);
  const texts = new Set(Array.from({ length: 20_000 }, (_, n) => hashText(`pod-${n}`)));
  expect(texts.size).toBeGreaterThan(20_000 - 3);
});
