import { Worker } from 'node:worker_threads';

/** Ms of the machine's monotonic clock: the same in every thread and process. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

interface Entry {
  readonly dueMs: number;
  /** Null: taken back. */
  run: ((dueMs: number) => void) | null;
}

/**
 * Does things on time. Timers of Node.js are whole milliseconds, so a thread of its own sleeps until the first thing is due
 * and wakes this one. `dueAt`: what it sleeps for; `turns`: how often that has changed.
 */
export class Clock {
  readonly #entries: Entry[] = []; // a binary heap by `dueMs`
  readonly #shared = new SharedArrayBuffer(16);
  readonly #dueAt = new Float64Array(this.#shared, 0, 1);
  readonly #turns = new Int32Array(this.#shared, 8, 1);
  readonly #thread: Worker;

  constructor() {
    this.#dueAt[0] = Infinity;
    this.#thread = new Worker(new URL('./clock-thread.js', import.meta.url), { workerData: this.#shared });
    this.#thread.on('message', () => this.#ring());
  }

  /** Runs at `dueMs` of the monotonic clock, or at once if that is past; the function returned takes it back. */
  at(dueMs: number, run: (dueMs: number) => void): () => void {
    const entry: Entry = { dueMs, run };
    push(this.#entries, entry);
    if (this.#entries[0] === entry) this.#arm();
    return () => {
      entry.run = null;
    };
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #ring(): void {
    for (;;) {
      const first = this.#entries[0];
      if (first === undefined || first.dueMs > monotonicMs()) break;
      pop(this.#entries);
      first.run?.(first.dueMs);
    }
    this.#arm();
  }

  #arm(): void {
    this.#dueAt[0] = this.#entries[0]?.dueMs ?? Infinity;
    Atomics.add(this.#turns, 0, 1);
    Atomics.notify(this.#turns, 0);
  }
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.dueMs <= entry.dueMs) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.dueMs < heap[child]!.dueMs) child++;
    if (heap[child]!.dueMs >= last.dueMs) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
