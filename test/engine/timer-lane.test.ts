import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Simulation, Timer } from '../../src/engine/index.js';

const TIMERS = 40;

const step = fc.record({
  afterMs: fc.nat(30),
  timer: fc.nat(TIMERS - 1),
  arms: fc.boolean(),
});

/** Arms and disarms timers of 50 ms as told, and returns what fired and when. */
function play(steps: readonly { afterMs: number; timer: number; arms: boolean }[]) {
  const sim = new Simulation();
  const fired: [timer: number, atMs: number][] = [];
  const timers = Array.from({ length: TIMERS }, (_, i) => new Timer(0, i));
  sim.hearTimers((timer) => fired.push([timer.owner as number, sim.nowMs]));
  const lane = sim.lane(50);
  let atMs = 0;
  for (const { afterMs, timer, arms } of steps) {
    atMs += afterMs;
    const act = () => {
      if (!arms) timers[timer]!.disarm();
      else if (!timers[timer]!.armed) lane.arm(timers[timer]!);
    };
    sim.queue.schedule(sim.event(act, null), atMs);
  }
  while (sim.step());
  return { fired, events: sim.queue.handled };
}

/** The same by looking at every timer at every step. */
function naive(steps: readonly { afterMs: number; timer: number; arms: boolean }[]) {
  const fired: [timer: number, atMs: number][] = [];
  let armed: { timer: number; dueMs: number }[] = [];
  const fireUpTo = (nowMs: number) => {
    // A timer that is due when something else happens was scheduled earlier or later than that; ties are left out below.
    for (const { timer, dueMs } of armed.filter((each) => each.dueMs < nowMs)) fired.push([timer, dueMs]);
    armed = armed.filter((each) => each.dueMs >= nowMs);
  };
  let nowMs = 0;
  for (const { afterMs, timer, arms } of steps) {
    nowMs += afterMs;
    fireUpTo(nowMs);
    if (!arms) armed = armed.filter((each) => each.timer !== timer);
    else if (!armed.some((each) => each.timer === timer)) armed.push({ timer, dueMs: nowMs + 50 });
  }
  fireUpTo(Infinity);
  return fired;
}

test('timers fire when and in the order that a naive model says', () => {
  // Steps fall on odd tenths and timers on even ones: no two things happen at once.
  const steps = fc
    .array(step, { maxLength: 300 })
    .map((list) => list.map((each, i) => ({ ...each, afterMs: each.afterMs + (i === 0 ? 0.1 : 0.2) })));
  fc.assert(
    fc.property(steps, (list) => {
      const rounded = (fired: [number, number][]) => fired.map(([timer, atMs]) => [timer, Math.round(atMs * 10)]);
      expect(rounded(play(list).fired)).toEqual(rounded(naive(list)));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('timers that are disarmed in time hardly become events', () => {
  const steps = Array.from({ length: 2000 }, (_, i) => ({
    afterMs: 0.5,
    timer: Math.floor(i / 2) % TIMERS,
    arms: i % 2 === 0,
  }));
  const { fired, events } = play(steps);
  expect(fired).toEqual([]);
  expect(events - steps.length).toBeLessThan(30); // one for each 50 ms of the 1000 ms, not one for each of 1000 timers
});
