import type { Claims, Transport } from '../mesh/index.js';
import type { Message } from './message.js';
import type { Status } from './status.js';

/** What a proxy makes of a message that it receives, before anything else is done with it. */
export type Admission =
  /** It goes on as this message: a token that was verified may be taken off. Claims null: none was verified. */
  | { readonly kind: 'passes'; readonly message: Message; readonly claims: Claims | null }
  /** The proxy answers itself. */
  | { readonly kind: 'refused'; readonly status: Status; readonly reason: string }
  /** The connection is closed. */
  | { readonly kind: 'closed'; readonly reason: string };

/** Judges what one caller sends to a port of one workload. */
export interface Guard {
  judge(message: Message): Admission;
}

/** How one caller gets into pods, by pod. */
export interface Doors {
  readonly transports: readonly Transport[];
  /** Null: whoever gets a connection gets in. */
  readonly guards: readonly (Guard | null)[];
}
