import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from '../../src/engine/index.js';

/** The same by a sorted list. */
class SortedList {
  nowMs = 0;
  #turns = 0;
  #entries: { event: number; dueMs: number; turn: number }[] = [];

  schedule(event: number, dueMs: number): void {
    this.cancel(event);
    this.#entries.push({ event, dueMs, turn: this.#turns++ });
    this.#entries.sort((a, b) => a.dueMs - b.dueMs || a.turn - b.turn);
  }

  cancel(event: number): void {
    this.#entries = this.#entries.filter((entry) => entry.event !== event);
  }

  next(): number {
    const first = this.#entries.shift();
    if (first === undefined) return -1;
    this.nowMs = first.dueMs;
    return first.event;
  }
}

const EVENTS = 200; // more than the queue has room for at first

const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('schedule' as const), event: fc.nat(EVENTS - 1), inMs: fc.nat(9) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), event: fc.nat(EVENTS - 1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('next' as const) }) },
);

test('it hands out what a sorted list would, among equal times in turn', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
      const queue = new EventQueue();
      const list = new SortedList();
      for (let i = 0; i < EVENTS; i++) queue.create();
      for (const each of operations) {
        if (each.kind === 'schedule') {
          queue.schedule(each.event, queue.nowMs + each.inMs);
          list.schedule(each.event, list.nowMs + each.inMs);
        } else if (each.kind === 'cancel') {
          queue.cancel(each.event);
          list.cancel(each.event);
        } else {
          expect(queue.next()).toBe(list.next());
          expect(queue.nowMs).toBe(list.nowMs);
        }
      }
      for (let event = list.next(); event !== -1; event = list.next()) expect(queue.next()).toBe(event);
      expect(queue.next()).toBe(-1);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('a turn taken earlier goes first among equal times', () => {
  const queue = new EventQueue();
  const [late, early] = [queue.create(), queue.create()];
  const turn = queue.takeTurn();
  queue.schedule(late, 5);
  queue.scheduleAtTurn(early, 5, turn);
  expect([queue.next(), queue.next()]).toEqual([early, late]);
});

test.each([-1, Number.NaN, Infinity])('a time of %s is refused', (dueMs) => {
  const queue = new EventQueue();
  const event = queue.create();
  expect(() => queue.schedule(event, dueMs)).toThrow(RangeError);
});

test('the past is refused', () => {
  const queue = new EventQueue();
  const event = queue.create();
  queue.schedule(event, 10);
  queue.next();
  expect(() => queue.schedule(event, 9.999)).toThrow(RangeError);
});
