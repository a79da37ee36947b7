import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from '../../src/engine/index.js';

const RUNS = { seed: 1, numRuns: 300 };
const EVENTS = 200;

/** What a test does: times are whole, so that many are equal. */
const operation = fc.oneof(
  fc.record({ kind: fc.constant('schedule' as const), event: fc.nat(EVENTS - 1), delay: fc.nat(20) }),
  fc.record({ kind: fc.constant('cancel' as const), event: fc.nat(EVENTS - 1), delay: fc.constant(0) }),
  fc.record({ kind: fc.constant('next' as const), event: fc.constant(0), delay: fc.constant(0) }),
  fc.record({ kind: fc.constant('pass' as const), event: fc.constant(0), delay: fc.nat(20) }),
);

test('does what a sorted list does', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
      const queue = new EventQueue();
      const events = Array.from({ length: EVENTS }, () => queue.create());
      let list: { event: number; dueMs: number; turn: number }[] = [];
      let turn = 0;
      let passes = 0; // since the last event
      const without = (event: number) => list.filter((entry) => entry.event !== event);
      const next = () => {
        list.sort((a, b) => a.dueMs - b.dueMs || a.turn - b.turn);
        const first = list.shift();
        expect(queue.next()).toBe(first?.event ?? -1);
        if (first === undefined) return;
        expect(queue.nowMs).toBe(first.dueMs);
        passes = 0;
      };
      for (const { kind, event: index, delay } of operations) {
        const event = events[index]!;
        if (kind === 'schedule') {
          const dueMs = queue.nowMs + delay;
          queue.schedule(event, dueMs);
          list = [...without(event), { event, dueMs, turn: turn++ }];
        } else if (kind === 'cancel') {
          queue.cancel(event);
          list = without(event);
        } else if (kind === 'pass') {
          const dueMs = queue.nowMs + delay;
          const passed = passes < 32 && list.every((entry) => entry.dueMs > dueMs);
          expect(queue.passTo(dueMs)).toBe(passed);
          if (passed) {
            passes++;
            expect(queue.nowMs).toBe(dueMs);
          }
        } else next();
        expect(queue.isScheduled(event)).toBe(list.some((entry) => entry.event === event));
      }
      while (list.length > 0) next();
      expect(queue.next()).toBe(-1);
    }),
    RUNS,
  );
});

test('equal times come out by turn, also by one taken earlier', () => {
  const queue = new EventQueue();
  const [a, b, c] = [queue.create(), queue.create(), queue.create()];
  const early = queue.takeTurn();
  queue.schedule(a!, 5);
  queue.schedule(b!, 5);
  queue.scheduleAtTurn(c!, 5, early);
  expect([queue.next(), queue.next(), queue.next()]).toEqual([c, a, b]);
});

test('holds more than it had room for', () => {
  const queue = new EventQueue();
  const events = Array.from({ length: 10_000 }, () => queue.create());
  events.forEach((event, i) => {
    queue.schedule(event, (i * 7919) % 10_000);
  });
  let beforeMs = -1;
  for (let event = queue.next(); event >= 0; event = queue.next()) {
    expect(queue.nowMs).toBeGreaterThan(beforeMs);
    beforeMs = queue.nowMs;
  }
  expect(queue.handled).toBe(10_000);
});

test.each([Number.NaN, Infinity, -1])('refuses %d ms', (dueMs) => {
  const queue = new EventQueue();
  const event = queue.create();
  expect(() => queue.schedule(event, dueMs)).toThrow(RangeError);
});

test('refuses what is past', () => {
  const queue = new EventQueue();
  const [a, b] = [queue.create(), queue.create()];
  queue.schedule(a!, 10);
  queue.next();
  expect(() => queue.schedule(b!, 9.999)).toThrow(RangeError);
  queue.schedule(b!, 10);
  expect(queue.next()).toBe(b);
});
