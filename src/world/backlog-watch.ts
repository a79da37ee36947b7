import type { Plane } from '../dataplane/index.js';

interface Times {
  /** The end of warm-up, and of the duration. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly stepMs: number;
}

/** Reads how much is under way at the end of each step of the timeline, at events that there are anyway. */
export class BacklogWatch {
  readonly levels: number[] = [];
  /** When to `look` again. */
  dueMs: number;
  readonly #plane: Plane;
  readonly #times: Times;

  constructor(plane: Plane, times: Times) {
    this.#plane = plane;
    this.#times = times;
    this.dueMs = times.fromMs + times.stepMs;
  }

  /** At the first event that is due by then. */
  look(nowMs: number): void {
    const { stepMs, untilMs } = this.#times;
    const { attempts, calls } = this.#plane;
    while (this.dueMs <= nowMs) {
      this.levels.push(attempts.live + calls.live);
      this.dueMs = this.dueMs + stepMs > untilMs ? Infinity : this.dueMs + stepMs;
    }
  }
}
