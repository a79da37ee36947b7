import { expect, test } from 'vitest';
import { Level, newVector, SERVICE, Tally, TrafficRecorder } from '../../src/telemetry/index.js';

test('a level knows its time integral and its highest value since observation began', () => {
  const level = new Level();
  level.change(5, 0);
  level.change(-3, 10);
  level.restart(20); // 2
  level.change(1, 30); // 3
  level.change(-3, 40); // 0
  expect(level.areaMs(100)).toBe(2 * 10 + 3 * 10);
  expect([level.now, level.max]).toEqual([0, 3]);
});

test('a tally counts each number, looked at or not', () => {
  const tally = new Tally();
  for (const status of [200, 200, 503, 0, 0, 200]) {
    tally.add(status);
    if (status === 503) expect(tally.counts.get(200)).toBe(2);
  }
  expect([...tally.counts].sort(([a], [b]) => a - b)).toEqual([
    [0, 2],
    [200, 3],
    [503, 1],
  ]);
});

test('the vectors of a bucket add to its values, so that any band of latency decomposes', () => {
  const recorder = new TrafficRecorder(10_000, 1000);
  for (let i = 0; i < 500; i++) {
    const ms = 1 + i;
    const causes = newVector();
    causes[SERVICE] = ms / 4;
    causes[SERVICE + 1] = (3 * ms) / 4;
    recorder.end(recorder.arrive(10 * i), ms, true, 200, 0, causes);
  }
  let total = 0;
  for (const band of recorder.bandCauses) for (const ms of band ?? []) total += ms;
  expect(total).toBeCloseTo((500 * 501) / 2, 6);
  expect(recorder.windows.map(({ arrived }) => arrived)).toEqual([100, 100, 100, 100, 100, 0, 0, 0, 0, 0]);
});
