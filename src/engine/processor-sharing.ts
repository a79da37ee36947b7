import type { EventQueue } from './event-queue.js';

/** CPU work of one record, made once with it. */
export class CpuJob {
  readonly owner: unknown;
  /** Virtual time at which it is done. */
  finish = 0;
  /** Turn of arrival: among equal ends the first to come goes first. */
  turn = 0;
  /** Place in its processor's heap; -1 while it is in none. */
  at = -1;

  constructor(owner: unknown) {
    this.owner = owner;
  }
}

/** The period of the kernel's CPU bandwidth control, ms (kernel docs, scheduler/sched-bwc). */
export const QUOTA_PERIOD_MS = 100;

/**
 * A container's CPU: at most `threads` jobs at once at full speed, all jobs sharing them evenly, so that each gets on at
 * min(1, threads / jobs). A virtual clock runs at that rate; a job is done when the clock has gone on by its demand, so
 * that one pending event is enough and a change costs O(log jobs). Kleinrock, Queueing Systems, vol. 2, 4.4.
 *
 * `limit` cores below `threads` is a quota of `limit` x 100 ms a period of 100 ms: when it is spent, nothing moves until
 * the period ends. Periods begin at multiples of 100 ms plus `phaseMs`.
 */
export class ProcessorSharing {
  readonly event: number;
  /** Core-milliseconds used so far; exact after `settle`. */
  usedMs = 0;
  readonly #queue: EventQueue;
  readonly #done: (job: CpuJob) => void;
  readonly #threads: number;
  readonly #quotaMs: number; // per period; Infinity: none
  readonly #phaseMs: number;
  readonly #heap: CpuJob[] = []; // by (finish, turn)
  #speed = 1;
  #clock = 0; // virtual time
  #settledMs = 0; // simulated time up to which all is accounted for
  #turns = 0;
  #quotaLeftMs = 0;
  #periodEndMs = 0;
  #throttled = false;

  constructor(
    queue: EventQueue,
    options: { readonly threads: number; readonly limit: number; readonly phaseMs: number },
    done: (job: CpuJob) => void,
  ) {
    this.#queue = queue;
    this.#done = done;
    this.#threads = options.threads;
    this.#quotaMs = options.limit < options.threads ? options.limit * QUOTA_PERIOD_MS : Infinity;
    this.#phaseMs = options.phaseMs;
    this.#quotaLeftMs = this.#quotaMs;
    this.event = queue.create();
  }

  get jobs(): number {
    return this.#heap.length;
  }

  /** Starts `job`, which needs `demandMs` of one core at full speed. */
  add(job: CpuJob, demandMs: number): void {
    this.settle();
    if (this.#heap.length === 0) this.#clock = 0;
    job.finish = this.#clock + demandMs;
    job.turn = this.#turns++;
    this.#siftUp(this.#heap.length, job);
    this.#schedule();
  }

  /** Takes out a job that is not done; its work so far stays used. */
  remove(job: CpuJob): void {
    if (job.at < 0) return;
    this.settle();
    this.#takeOut(job.at);
    this.#schedule();
  }

  /** Takes out every job, in no particular order. */
  clear(each: (job: CpuJob) => void): void {
    this.settle();
    for (let job = this.#heap.pop(); job !== undefined; job = this.#heap.pop()) {
      job.at = -1;
      each(job);
    }
    this.#schedule();
  }

  get speed(): number {
    return this.#speed;
  }

  /** Work done per ms of a core: 1 at full speed. */
  setSpeed(speed: number): void {
    this.settle();
    this.#speed = speed;
    this.#schedule();
  }

  /** The processor's event is due. */
  onEvent(): void {
    if (this.#throttled) {
      this.settle();
      this.#throttled = false;
      this.#refillQuota();
      this.#schedule();
      return;
    }
    const exhausted = this.#queue.nowMs >= this.#exhaustedAtMs();
    this.settle();
    const first = this.#heap[0]!;
    if (exhausted && first.finish > this.#clock + 1e-9) {
      this.#throttled = true;
      this.#schedule();
      return;
    }
    this.#clock = first.finish;
    this.#takeOut(0);
    this.#schedule();
    this.#done(first);
  }

  /** Accounts for the time up to now. */
  settle(): void {
    const nowMs = this.#queue.nowMs;
    const elapsedMs = nowMs - this.#settledMs;
    this.#settledMs = nowMs;
    if (this.#throttled || elapsedMs === 0) return;
    const busy = Math.min(this.#heap.length, this.#threads);
    this.usedMs += busy * elapsedMs;
    this.#clock += this.#rate() * elapsedMs;
    if (this.#quotaMs === Infinity) return;
    if (nowMs < this.#periodEndMs) this.#quotaLeftMs -= busy * elapsedMs;
    else {
      this.#refillQuota();
      this.#quotaLeftMs -= busy * Math.min(elapsedMs, nowMs - (this.#periodEndMs - QUOTA_PERIOD_MS));
    }
  }

  #rate(): number {
    const jobs = this.#heap.length;
    return jobs <= this.#threads ? this.#speed : (this.#speed * this.#threads) / jobs;
  }

  #refillQuota(): void {
    const periods = Math.floor((this.#queue.nowMs - this.#phaseMs) / QUOTA_PERIOD_MS) + 1;
    this.#periodEndMs = periods * QUOTA_PERIOD_MS + this.#phaseMs;
    this.#quotaLeftMs = this.#quotaMs;
  }

  /** When the quota will be spent if nothing changes; the time from `#settledMs` on is counted in. */
  #exhaustedAtMs(): number {
    if (this.#quotaMs === Infinity) return Infinity;
    const busy = Math.min(this.#heap.length, this.#threads);
    const thisPeriodMs = this.#settledMs + Math.max(0, this.#quotaLeftMs) / busy;
    if (thisPeriodMs < this.#periodEndMs) return thisPeriodMs;
    const intoPeriodMs = this.#quotaMs / busy;
    return intoPeriodMs < QUOTA_PERIOD_MS ? this.#periodEndMs + intoPeriodMs : Infinity;
  }

  #schedule(): void {
    const first = this.#heap[0];
    if (first === undefined) this.#queue.cancel(this.event);
    else if (this.#throttled) this.#queue.schedule(this.event, Math.max(this.#periodEndMs, this.#queue.nowMs));
    else {
      const leftMs = Math.max(0, first.finish - this.#clock);
      const rate = this.#rate();
      const doneMs = this.#queue.nowMs + (rate === 1 ? leftMs : leftMs / rate);
      this.#queue.schedule(this.event, this.#quotaMs === Infinity ? doneMs : Math.min(doneMs, this.#exhaustedAtMs()));
    }
  }

  #takeOut(at: number): void {
    const heap = this.#heap;
    heap[at]!.at = -1;
    const last = heap.pop()!;
    if (at === heap.length) return;
    if (at > 0 && isBefore(last, heap[(at - 1) >> 1]!)) this.#siftUp(at, last);
    else this.#siftDown(at, last);
  }

  #siftUp(from: number, job: CpuJob): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(job, this.#heap[parent]!)) break;
      this.#put(at, this.#heap[parent]!);
      at = parent;
    }
    this.#put(at, job);
  }

  #siftDown(from: number, job: CpuJob): void {
    const heap = this.#heap;
    let at = from;
    for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, job)) break;
      this.#put(at, heap[child]!);
      at = child;
    }
    this.#put(at, job);
  }

  #put(at: number, job: CpuJob): void {
    this.#heap[at] = job;
    job.at = at;
  }
}

function isBefore(a: CpuJob, b: CpuJob): boolean {
  return a.finish < b.finish || (a.finish === b.finish && a.turn < b.turn);
}
