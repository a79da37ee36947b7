import { LinkedQueue } from '../engine/index.js';
import type { ClientConnection } from './client.js';
import type { TrafficRequest } from './request.js';

/** A source's connections to the first proxy, one request on each at a time, and the requests that wait for one. */
export class ClientConnections {
  readonly #limit: number;
  readonly #idle: ClientConnection[] = []; // the one last used at the end
  readonly #waiting = new LinkedQueue<TrafficRequest>();
  #open = 0; // idle ones included

  /** `limit`: Infinity opens a new one whenever all are busy. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The one last used of those that are still good; null: none is idle. */
  takeIdle(): ClientConnection | null {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (isGood(connection)) return connection;
      this.#open--;
    }
    return null;
  }

  /** False when there are as many as there may be. */
  open(): boolean {
    if (this.#open >= this.#limit) return false;
    this.#open++;
    return true;
  }

  close(): void {
    this.#open--;
  }

  /** Its request is over. Null: nothing that could be kept was opened. */
  giveBack(connection: ClientConnection | null): void {
    if (connection !== null && isGood(connection)) this.#idle.push(connection);
    else this.close();
  }

  wait(request: TrafficRequest): void {
    this.#waiting.push(request);
  }

  /** A request that waits goes away. */
  leave(request: TrafficRequest): void {
    this.#waiting.remove(request);
  }

  /** Takes the first that waits, if there is a connection for it now; null: none. */
  next(): TrafficRequest | null {
    if (this.#idle.length === 0 && this.#open >= this.#limit) return null;
    return this.#waiting.shift();
  }
}

/** A pod that has died has taken its connections along. */
function isGood({ pod, epoch }: ClientConnection): boolean {
  return pod.up && epoch === pod.epoch;
}
