import type { Simulation } from '../engine/index.js';
import type { Attempt } from './attempt.js';

/** The news, on its way to the server, that the caller has given up an attempt. */
export class Reset {
  readonly event: number;
  attempt: Attempt = null as never;

  constructor(sim: Simulation, onEvent: (reset: Reset) => void) {
    this.event = sim.event(onEvent, this);
  }
}
