import { RE2JS } from 're2js';
import type {
  CallNode,
  ForkNode,
  Message,
  MessageBook,
  Node,
  Outgoing,
  Plan,
  Program,
  Programs,
  RepeatNode,
  Status,
} from '../dataplane/index.js';
import { grpcStatus, statusIn } from '../dataplane/index.js';
import { type Simulation, sampler } from '../engine/index.js';
import { pathOnly } from '../mesh/index.js';
import type { Behaviour, CallFailure, CallStep, Endpoint, Outcome, Step } from '../scenario/index.js';
import { outgoingMessage } from './messages.js';

/** What compiling a program needs to know of its surroundings. */
export interface ProgramContext {
  readonly sim: Simulation;
  readonly messages: MessageBook;
  /** What the workload's proxy does with a message that the application sends. */
  plan(message: Message): Plan;
}

type Protocol = Message['protocol'];

/** The programs of one workload: found by message, compiled at first use. */
export class ProgramBook implements Programs {
  readonly #endpoints: readonly Endpoint[];
  readonly #patterns: readonly (RE2JS | null)[];
  readonly #context: ProgramContext;
  readonly #byMessage = new Map<Message, Program | null>();
  readonly #compiled = new Map<string, Program>();
  #last: Message | null = null; // mostly it is the same again
  #lastFound: Program | null = null;

  /** `behaviour` null: nobody has said what the workload does; it answers 200 at once. */
  constructor(behaviour: Behaviour | null, context: ProgramContext) {
    this.#endpoints = behaviour?.endpoints ?? [ANSWER];
    this.#patterns = this.#endpoints.map(({ match }) =>
      match?.path?.kind === 'regex' ? RE2JS.compile(match.path.value) : null,
    );
    this.#context = context;
  }

  find(message: Message): Program | null {
    if (message === this.#last) return this.#lastFound;
    this.#last = message;
    this.#lastFound = this.#lookUp(message);
    return this.#lastFound;
  }

  #lookUp(message: Message): Program | null {
    const known = this.#byMessage.get(message);
    if (known !== undefined) return known;
    const index = this.#endpoints.findIndex((endpoint, i) => this.#takes(endpoint, i, message));
    const program = index < 0 ? null : this.#compile(index, message.protocol);
    this.#byMessage.set(message, program);
    return program;
  }

  #takes({ match }: Endpoint, index: number, message: Message): boolean {
    if (match === null) return true;
    if (message.protocol === 'tcp') return false;
    if (match.method !== null && match.method !== message.method) return false;
    const path = pathOnly(message.path);
    if (match.path === null) return true;
    if (match.path.kind === 'exact') return path === match.path.value;
    if (match.path.kind === 'prefix') return path.startsWith(match.path.value);
    return this.#patterns[index]!.matches(path);
  }

  #compile(index: number, protocol: Protocol): Program {
    const key = `${index} ${protocol}`;
    let program = this.#compiled.get(key);
    if (program === undefined) {
      program = new Compiler(this.#context, protocol).program(this.#endpoints[index]!);
      this.#compiled.set(key, program);
    }
    return program;
  }
}

const ANSWER: Endpoint = {
  place: { file: '', line: 0, column: 0 },
  match: null,
  steps: [],
  status: { kind: 'http', status: 200 },
  sizeBytes: 0,
  errors: [],
  everyNthFails: null,
};

class Compiler {
  readonly #context: ProgramContext;
  readonly #protocol: Protocol;
  #slots = 0;
  #ids = 0;

  constructor(context: ProgramContext, protocol: Protocol) {
    this.#context = context;
    this.#protocol = protocol;
  }

  program(endpoint: Endpoint): Program {
    let upTo = 0;
    return {
      first: this.#linkable(endpoint.steps, 0)(null),
      status: this.#status(endpoint.status),
      sizeBytes: endpoint.sizeBytes,
      errors: endpoint.errors.map(({ outcome, share }) => {
        upTo += share;
        return { upTo, status: this.#status(outcome) };
      }),
      errorSlot: this.#slots++,
      everyNthFails: endpoint.everyNthFails,
    };
  }

  /** A step's node, once what follows it is known. */
  #node(step: Step, depth: number): (next: Node | null) => Node {
    switch (step.kind) {
      case 'cpu':
      case 'wait': {
        const slot = this.#slots++;
        const time = sampler(step.time);
        return (next) => ({ kind: step.kind, time, slot, next });
      }
      case 'call':
        return this.#call(step);
      case 'parallel': {
        const id = this.#ids++;
        const branches = step.branches.map((branch) => this.#linkable(branch, depth)(null));
        return (next): ForkNode => ({ kind: 'fork', id, branches, next });
      }
      case 'choose':
        return this.#choose(step, depth);
      case 'repeat':
        return this.#repeat(step, depth);
      case 'fail': {
        const status = this.#status(step.outcome);
        return () => ({ kind: 'fail', status });
      }
    }
  }

  #choose(step: Step & { kind: 'choose' }, depth: number): (next: Node | null) => Node {
    const slot = this.#slots++;
    let upTo = 0;
    const options = step.options.map(({ share, steps }) => {
      upTo += share;
      return { upTo, link: this.#linkable(steps, depth) };
    });
    return (next) => ({
      kind: 'choose',
      slot,
      options: options.map(({ upTo: limit, link }) => ({ upTo: limit, first: link(next) })),
      next,
    });
  }

  #repeat(step: Step & { kind: 'repeat' }, depth: number): (next: Node | null) => Node {
    const id = this.#ids++;
    const link = this.#linkable(step.steps, depth + 1);
    return (next) => {
      const loop: RepeatNode = { kind: 'repeat', id, times: step.times, depth, body: null, next };
      loop.body = link({ kind: 'again', loop });
      return loop;
    };
  }

  /** Numbers the draws of the steps in file order now, and links the nodes when what follows them is known. */
  #linkable(steps: readonly Step[], depth: number): (next: Node | null) => Node | null {
    const nodes = steps.map((step) => this.#node(step, depth));
    return (after) => {
      let next = after;
      for (let i = nodes.length - 1; i >= 0; i--) next = nodes[i]!(next);
      return next;
    };
  }

  #call(step: CallStep): (next: Node | null) => Node {
    const id = this.#ids++;
    const backoffSlot = this.#slots;
    this.#slots += step.retries;
    const byIncoming = new Map<Message, Outgoing>();
    let lastIncoming: Message | null = null; // mostly it is the same again
    let lastOutgoing: Outgoing | null = null;
    const outgoing = (incoming: Message): Outgoing => {
      if (incoming === lastIncoming) return lastOutgoing!;
      let known = byIncoming.get(incoming);
      if (known === undefined) {
        const message = this.#context.messages.intern(outgoingMessage(step, incoming));
        known = { message, plan: this.#context.plan(message) };
        byIncoming.set(incoming, known);
      }
      lastIncoming = incoming;
      lastOutgoing = known;
      return known;
    };
    const timeout = step.timeoutMs === null ? null : this.#context.sim.lane(step.timeoutMs);
    return (next): CallNode => ({
      kind: 'call',
      place: step.place,
      id,
      timeout,
      retries: step.retries,
      backoff: step.backoff === null ? null : sampler(step.backoff),
      backoffSlot,
      failOn: step.failOn?.map(writtenStatus) ?? null,
      onFailure: step.onFailure,
      expected: step.expect.map(writtenStatus),
      relays: false,
      outgoing,
      next,
    });
  }

  /** In the terms of the protocol that the caller speaks. */
  #status(outcome: Outcome): Status {
    return statusIn(this.#protocol, writtenStatus(outcome));
  }
}

/** A status as the scenario has it, whoever may get it. */
export function writtenStatus({ kind, status }: Outcome | CallFailure): Status {
  return kind === 'grpc' ? grpcStatus(status) : status;
}
