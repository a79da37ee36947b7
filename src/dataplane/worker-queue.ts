import type { Simulation } from '../engine/index.js';
import { WORKER_QUEUE } from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import type { Pod } from './pod.js';

/**
 * The workers of an application, and the bounded room before them. A worker is held from the start of the work to the
 * answer, waits and calls included.
 */
export class WorkerQueue {
  readonly #sim: Simulation;
  readonly #start: (attempt: Attempt) => void;
  #dispatching: Pod | null = null;

  /** `start`: begins the work; it takes the worker, and may be done and free it before it returns. */
  constructor(sim: Simulation, start: (attempt: Attempt) => void) {
    this.#sim = sim;
    this.#start = start;
  }

  /** Starts the work or lets it wait; false when there is no room. */
  enter(attempt: Attempt): boolean {
    const { pod } = attempt;
    const { workers, queue } = pod.workloadRuntime;
    if (pod.busy.now < workers) {
      this.#start(attempt);
      return true;
    }
    if (pod.queued.now >= queue) return false;
    attempt.phase = 'queued';
    attempt.sinceMs = this.#sim.nowMs;
    pod.queue.push(attempt);
    pod.queued.change(1, attempt.sinceMs);
    return true;
  }

  /** A request that waits goes away. */
  leave(attempt: Attempt): void {
    const { pod } = attempt;
    pod.queue.remove(attempt);
    pod.queued.change(-1, this.#sim.nowMs);
  }

  take(attempt: Attempt): void {
    attempt.hasWorker = true;
    attempt.pod.busy.change(1, this.#sim.nowMs);
  }

  /** Frees the worker, if the request holds one, for the next in line. */
  free(attempt: Attempt): void {
    if (!attempt.hasWorker) return;
    const { pod } = attempt;
    attempt.hasWorker = false;
    pod.busy.change(-1, this.#sim.nowMs);
    if (this.#dispatching === pod) return; // whoever is dispatching goes on
    const outer = this.#dispatching;
    this.#dispatching = pod;
    while (pod.up && !pod.lost && pod.queue.length > 0 && pod.busy.now < pod.workloadRuntime.workers) this.#next(pod);
    this.#dispatching = outer;
  }

  #next(pod: Pod): void {
    const next = pod.queue.shift()!;
    pod.queued.change(-1, this.#sim.nowMs);
    next.causes[WORKER_QUEUE]! += this.#sim.nowMs - next.sinceMs;
    this.#sim.queue.hold();
    this.#start(next);
    this.#sim.queue.letGo();
  }
}
