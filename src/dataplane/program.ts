import type { Sampler, TimerLane } from '../engine/index.js';
import type { Place } from '../mesh/index.js';
import type { Message } from './message.js';
import type { Plan } from './plan.js';
import { isGrpc, isSuccess, NO_ANSWER, type Status, TCP_OK, TCP_RESET } from './status.js';

/**
 * What an application does with a request, as a linked list of nodes. A node knows what comes after it; null is the end
 * of its strand. `slot` numbers the draws of one endpoint's program; `id` tells its nodes apart in draws' addresses.
 */
export type Node = CpuNode | WaitNode | CallNode | ForkNode | ChooseNode | RepeatNode | AgainNode | FailNode;

export interface CpuNode {
  readonly kind: 'cpu';
  readonly time: Sampler;
  readonly slot: number;
  next: Node | null;
}

export interface WaitNode {
  readonly kind: 'wait';
  readonly time: Sampler;
  readonly slot: number;
  next: Node | null;
}

/** What to send and how, given what came in; worked out once for each message that can come in. */
export interface Outgoing {
  readonly message: Message;
  readonly plan: Plan;
}

export interface CallNode {
  readonly kind: 'call';
  readonly place: Place;
  readonly id: number;
  /** Per try; null: none. */
  readonly timeout: TimerLane | null;
  readonly retries: number;
  readonly backoff: Sampler | null;
  readonly backoffSlot: number;
  /** Null: no answer or a status of failure. */
  readonly failOn: readonly Status[] | null;
  /** When all tries have failed: answer 500 (gRPC 13), go on, or answer with the last one's status. */
  readonly onFailure: 'fail' | 'ignore' | 'forward';
  readonly expected: readonly Status[];
  /** The caller is nothing but a proxy: what this call is answered is its own answer. */
  readonly relays: boolean;
  outgoing(incoming: Message): Outgoing;
  next: Node | null;
}

export interface ForkNode {
  readonly kind: 'fork';
  readonly id: number;
  readonly branches: readonly (Node | null)[];
  next: Node | null;
}

export interface ChooseNode {
  readonly kind: 'choose';
  readonly slot: number;
  /** `upTo`: cumulated share; the last takes what is left. */
  readonly options: readonly { readonly upTo: number; first: Node | null }[];
  next: Node | null;
}

/** Begins a loop; its body ends in an `AgainNode`. */
export interface RepeatNode {
  readonly kind: 'repeat';
  readonly id: number;
  readonly times: number;
  /** How many loops it stands in. */
  readonly depth: number;
  body: Node | null;
  next: Node | null;
}

export interface AgainNode {
  readonly kind: 'again';
  readonly loop: RepeatNode;
}

export interface FailNode {
  readonly kind: 'fail';
  readonly status: Status;
}

/** The program of one endpoint of a workload. */
export interface Program {
  readonly first: Node | null;
  readonly status: Status;
  readonly sizeBytes: number;
  /** Cumulated shares in file order; cast after the steps. */
  readonly errors: readonly { readonly upTo: number; readonly status: Status }[];
  readonly errorSlot: number;
  /** Per pod every n-th request fails before its steps; null: none. */
  readonly everyNthFails: number | null;
}

/** What the pods of one workload do with what they receive. */
export interface Programs {
  /** Null: nothing of the application takes the message, 404. */
  find(message: Message): Program | null;
}

/** No answer, or a status of 500 and up; for gRPC whatever is not OK; or what the step says. */
export function isFailure(node: CallNode, status: Status): boolean {
  if (status === NO_ANSWER || status === TCP_RESET) return true;
  if (node.failOn !== null) return node.failOn.includes(status);
  if (isGrpc(status)) return !isSuccess(status, node.expected);
  return status >= 500 && status !== TCP_OK && !node.expected.includes(status);
}
