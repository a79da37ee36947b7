/**
 * `node hold-model.js PENDING EVENTS`: the hold model, take the next event and schedule it again, with a fixed
 * number pending. The bare cost of an event list, as events a second.
 * Jones, 'An empirical comparison of priority-queue and event-set implementations', CACM 29 (1986).
 */
import { EventQueue } from '../src/engine/index.js';

const [pending, events] = process.argv.slice(2).map(Number);

function hold(pending, events) {
  const queue = new EventQueue();
  const random = xorshift(0x9e3779b9);
  for (let i = 0; i < pending; i++) queue.schedule(queue.create(), random() * pending);
  const startMs = performance.now();
  for (let i = 0; i < events; i++) queue.schedule(queue.next(), queue.nowMs + 2 * pending * random());
  return (1000 * events) / (performance.now() - startMs);
}

function xorshift(seed) {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

hold(pending, events / 4); // until V8 has compiled it
console.log(JSON.stringify({ perSecond: hold(pending, events) }));
