import { expect, test } from 'vitest';
import { AddressedRandom, type Key, runKey, SequentialRandom } from '../../src/engine/index.js';

/** Threefry-4x32, 13 rounds: the known answers that Random123 publishes (kat_vectors). */
const KNOWN_ANSWERS: { name: string; key: Key; counter: Key; words: number[] }[] = [
  { name: 'zeros', key: [0, 0, 0, 0], counter: [0, 0, 0, 0], words: [0x531c7e4f, 0x39491ee5, 0x2c855a92, 0x3d6abf9a] },
  {
    name: 'ones',
    key: [-1, -1, -1, -1],
    counter: [-1, -1, -1, -1],
    words: [0xc4189358, 0x1c9cc83a, 0xd5881c67, 0x6a0a89e0],
  },
  {
    name: 'the digits of pi',
    key: [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    words: [0x4aa71d8f, 0x734738c2, 0x431fc6a8, 0xae6debf1],
  },
];

test.each(KNOWN_ANSWERS)('Threefry gives the published words for $name', ({ key, counter, words }) => {
  const random = new AddressedRandom(key);
  random.at(...counter);
  expect([...random.words]).toEqual(words);
});

test('an address gives the same numbers whatever was drawn before', () => {
  const random = new AddressedRandom(runKey(1, 0));
  random.at(1, 2, 3, 4);
  const first = random.uniform(0);
  for (let i = 0; i < 100; i++) random.at(i, i, i, i);
  random.at(1, 2, 3, 4);
  expect(random.uniform(0)).toBe(first);
});

test('every seed and replication has a key of its own', () => {
  const keys = [runKey(1, 0), runKey(1, 1), runKey(2, 0), runKey(12, 0), runKey(1, 20)];
  expect(new Set(keys.map(String)).size).toBe(keys.length);
});

// 99.9 % quantile of chi-square with 99 degrees of freedom: 148.2.
test.each([
  { name: 'next requests', at: (random: AddressedRandom, i: number) => random.at(i, 7, 3, 1) },
  { name: 'next places', at: (random: AddressedRandom, i: number) => random.at(7, i, 3, 1) },
])('numbers of $name are even: chi-square over 100 cells', ({ at }) => {
  const random = new AddressedRandom(runKey(3, 0));
  const cells = new Array<number>(100).fill(0);
  const draws = 100_000;
  for (let i = 0; i < draws; i++) {
    at(random, i);
    cells[Math.floor(random.uniform(i & 3) * 100)]!++;
  }
  const expected = draws / 100;
  const chiSquare = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(148.2);
});

test('streams of different names differ, and each repeats', () => {
  const take = (name: string) => {
    const stream = new SequentialRandom(runKey(1, 0), name);
    return Array.from({ length: 9 }, () => stream.next());
  };
  expect(take('a')).toEqual(take('a'));
  expect(take('a')).not.toEqual(take('b'));
  expect(new Set(take('a')).size).toBe(9);
});
