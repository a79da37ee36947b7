import type { CallNode, Message, Outgoing, Plan, Program } from '../dataplane/index.js';
import type { Place } from '../mesh/index.js';

/**
 * What a waypoint, or a gateway within the mesh, does with all that it receives: its proxy sends each request on, and what
 * comes back is the answer. It stands in the place of an application's programs, so that what a proxy does for a pod's calls holds here too.
 */
export class Relay {
  readonly #plan: (message: Message) => Plan;
  readonly #outgoing = new Map<Message, Outgoing>();
  readonly #program: Program;

  /** `place`: where it is written. `plan`: what its proxy does with a message. */
  constructor(place: Place, plan: (message: Message) => Plan) {
    this.#plan = plan;
    const first: CallNode = {
      kind: 'call',
      place,
      id: 0,
      timeout: null,
      retries: 0,
      backoff: null,
      backoffSlot: 0,
      failOn: null,
      onFailure: 'fail',
      expected: [],
      relays: true,
      outgoing: (incoming) => this.#send(incoming),
      next: null,
    };
    this.#program = { first, status: 200, sizeBytes: 0, errors: [], errorSlot: 0, everyNthFails: null };
  }

  find(): Program {
    return this.#program;
  }

  #send(incoming: Message): Outgoing {
    let known = this.#outgoing.get(incoming);
    if (known === undefined) {
      const plan = this.#plan(incoming);
      known = { message: plan.message, plan };
      this.#outgoing.set(incoming, known);
    }
    return known;
  }
}
