import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Simulation, Timer } from '../../src/engine/index.js';

const RUNS = { seed: 2, numRuns: 300 };
const TIMERS = 40;
const LENGTHS = [3, 7, 7.5];

const operation = fc.oneof(
  fc.record({ kind: fc.constant('arm' as const), timer: fc.nat(TIMERS - 1), lane: fc.nat(LENGTHS.length - 1) }),
  fc.record({ kind: fc.constant('disarm' as const), timer: fc.nat(TIMERS - 1), lane: fc.constant(0) }),
  fc.record({ kind: fc.constant('wait' as const), timer: fc.nat(5), lane: fc.constant(0) }),
);

/** Every timer that is armed fires once, when its lane's time is over, in the order of arming where times are equal. */
test('does what a list of deadlines does', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      const sim = new Simulation();
      const fired: (readonly [number, number])[] = [];
      sim.hearTimers((timer) => fired.push([timer.owner as number, sim.nowMs]));
      const timers = Array.from({ length: TIMERS }, (_, i) => new Timer(0, i));
      const clock = sim.event(() => {}, null);
      let armed: { timer: number; dueMs: number; turn: number }[] = [];
      const expected: (readonly [number, number])[] = [];
      const runUntil = (untilMs: number) => {
        sim.queue.schedule(clock, untilMs);
        while (sim.queue.isScheduled(clock)) sim.step();
        armed.sort((a, b) => a.dueMs - b.dueMs || a.turn - b.turn);
        // A timer due with the clock's event was armed before it: it fires first.
        const due = armed.filter(({ dueMs }) => dueMs <= untilMs);
        armed = armed.filter(({ dueMs }) => dueMs > untilMs);
        for (const { timer, dueMs } of due) expected.push([timer, dueMs]);
        expect(fired).toEqual(expected);
      };
      let turn = 0;
      for (const { kind, timer: index, lane } of operations) {
        const timer = timers[index]!;
        if (kind === 'wait') runUntil(sim.nowMs + index);
        else if (kind === 'disarm') {
          timer.disarm();
          armed = armed.filter((entry) => entry.timer !== index);
        } else if (!timer.armed) {
          sim.lane(LENGTHS[lane]!).arm(timer);
          armed.push({ timer: index, dueMs: sim.nowMs + LENGTHS[lane]!, turn: turn++ });
        }
        expect(timer.armed).toBe(armed.some((entry) => entry.timer === index));
      }
      runUntil(sim.nowMs + 100);
      expect(armed).toEqual([]);
    }),
    RUNS,
  );
});

test('timers that never fire do not pile up as events', () => {
  const sim = new Simulation();
  sim.hearTimers(() => {
    throw new Error('none is due');
  });
  const lane = sim.lane(15_000);
  const clock = sim.event(() => {}, null);
  for (let request = 0; request < 20_000; request++) {
    const timer = new Timer(0, request);
    lane.arm(timer);
    sim.queue.schedule(clock, sim.nowMs + 1);
    while (sim.queue.isScheduled(clock)) sim.step();
    timer.disarm();
  }
  expect(sim.queue.handled).toBeLessThan(20_000 + 10);
});
