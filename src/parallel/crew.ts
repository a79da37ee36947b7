import { MessageChannel } from 'node:worker_threads';
import type { Tinypool } from 'tinypool';
import { type PackedRecording, type Recording, unpackRecording } from '../telemetry/index.js';
import type { Loaded } from '../world/index.js';
import type { Game } from './ledger.js';
import { type Order, playReplication } from './thread.js';

/** Whoever plays replications beside the thread that asks for them. */
export interface Crew {
  /** Replications that it plays at once. */
  readonly size: number;
  /** `onProgress`: 0..1. Rejects when the replication fails, and when the crew is dismissed. */
  play(game: Game, onProgress: (share: number) => void): Promise<Recording>;
  dismiss(): Promise<void>;
}

/** Threads, each with worlds of its own. What they play is what this thread would have played. */
export class Threads implements Crew {
  readonly size: number;
  readonly #pool: Promise<Tinypool>; // loaded with the first crew: most runs are over before they need one

  /** `variants`: what replications are played of. */
  constructor(variants: readonly Loaded[], size: number) {
    this.size = size;
    const filename = new URL('./thread.js', import.meta.url).href;
    const threads = { minThreads: size, maxThreads: size };
    const options = { filename, name: playReplication.name, ...threads, workerData: variants };
    this.#pool = import('tinypool').then((library) => new library.Tinypool(options));
  }

  async play(game: Game, onProgress: (share: number) => void): Promise<Recording> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', onProgress);
    const order: Order = { ...game, progress: port2 };
    try {
      return unpackRecording((await (await this.#pool).run(order, { transferList: [port2] })) as PackedRecording);
    } finally {
      port1.close();
    }
  }

  async dismiss(): Promise<void> {
    await (await this.#pool).destroy();
  }
}
