import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Tinypool } from 'tinypool';
import { type PackedRecording, type Recording, unpackRecording } from '../telemetry/index.js';

/** What a thread is asked: told of progress, 0..1. */
export interface Reporting {
  readonly progress: MessagePort;
}

/** Threads that play replications, from the first that is asked for to the last. */
export class ThreadPool {
  readonly size: number;
  readonly #pool: Promise<Tinypool>; // loaded with the first pool: most runs are over before they need one

  /** `name`: of the function of thread.ts that plays. `workerData`: what every thread is given once. */
  constructor(name: string, workerData: unknown, size: number) {
    this.size = size;
    const filename = new URL('./thread.js', import.meta.url).href;
    const options = { filename, name, minThreads: size, maxThreads: size, workerData };
    this.#pool = import('tinypool').then((library) => new library.Tinypool(options));
  }

  /** Rejects when the replication fails, and when the pool is dismissed. */
  async run<Order extends Reporting>(
    order: Omit<Order, 'progress'>,
    onProgress: (share: number) => void,
  ): Promise<Recording> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', onProgress);
    try {
      const pool = await this.#pool;
      const packed = await pool.run({ ...order, progress: port2 }, { transferList: [port2] });
      return unpackRecording(packed as PackedRecording);
    } finally {
      port1.close();
    }
  }

  async dismiss(): Promise<void> {
    await (await this.#pool).destroy();
  }
}
