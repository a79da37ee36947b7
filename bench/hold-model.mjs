/**
 * The hold model: take the next event, schedule it again, with a fixed number pending. The bare cost of an event list.
 * Jones, 'An empirical comparison of priority-queue and event-set implementations', CACM 29 (1986).
 */
export function holdEventsPerSecond({ EventQueue }, pending, events) {
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
