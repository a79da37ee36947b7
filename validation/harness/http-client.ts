import { Agent, type ClientRequest, request as openRequest } from 'node:http';
import { connect } from 'node:net';
import type { Address, Way } from './layout.js';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** With the authority as `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
}

/** No answer: the connection was refused, or ended first. */
export const NO_ANSWER = 0;

/** One caller's connections to where a way leads: kept, the last used first, a new one when all are busy. */
export class Channel {
  readonly #agents: readonly Agent[];

  /**
   * `crowd`: many clients, of which each goes where it will, so that every request draws its address; of a single caller
   * every connection does.
   */
  constructor({ addresses }: Way, most: number, isCrowd: boolean, random: () => number) {
    const pick = (from: readonly Address[]) => from[Math.floor(random() * from.length)];
    const agentFor = (among: readonly Address[]) => {
      const agent = new Agent({ keepAlive: true, scheduling: 'lifo', maxSockets: most, maxFreeSockets: 65_536 });
      agent.createConnection = () => {
        const address = pick(among) ?? { host: '127.255.255.254', port: 1 };
        return connect({ ...address, noDelay: true });
      };
      return agent;
    };
    this.#agents = isCrowd && addresses.length > 1 ? addresses.map((each) => agentFor([each])) : [agentFor(addresses)];
    this.#random = random;
  }

  readonly #random: () => number;

  /** Tells the status once, at the end of the answer; the function returned gives up, and nothing is told any more. */
  send({ method, path, headers, sizeBytes }: Exchange, done: (status: number) => void): () => void {
    const agent = this.#agents[Math.floor(this.#random() * this.#agents.length)]!;
    const length = sizeBytes > 0 ? { 'content-length': String(sizeBytes) } : {};
    const sent: ClientRequest = openRequest({
      agent,
      method,
      path,
      headers: { ...headers, ...length },
      setHost: false,
    });
    let isOver = false;
    const end = (status: number) => {
      if (isOver) return;
      isOver = true;
      done(status);
    };
    sent.on('error', () => end(NO_ANSWER));
    sent.on('response', (answer) => {
      answer.on('end', () => end(answer.statusCode ?? NO_ANSWER));
      answer.on('error', () => end(NO_ANSWER));
      answer.on('close', () => end(NO_ANSWER));
      answer.resume();
    });
    sent.end(sizeBytes > 0 ? Buffer.alloc(sizeBytes) : undefined);
    return () => {
      isOver = true;
      sent.destroy();
    };
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy();
  }
}
