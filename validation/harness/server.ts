import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import type { Address } from './layout.js';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** How a client of HTTP/2 that knows whom it talks to begins. */
const PREFACE = 'PRI ';

/** Serves HTTP/1.1, and HTTP/2 without TLS, on one address. */
export class PlainServer {
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();

  constructor(handler: Handler) {
    const http1 = createHttp1({ keepAliveTimeout: 0, requestTimeout: 0 }, handler);
    http1.headersTimeout = 0;
    // What is used of either is the same in both, as Node.js has it.
    const http2 = createHttp2((request, response) =>
      handler(request as unknown as IncomingMessage, response as unknown as ServerResponse),
    );
    this.#listener = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      socket.once('readable', () => {
        const head: Buffer | null = socket.read();
        if (head === null) return;
        socket.unshift(head);
        const server = head.toString('latin1', 0, PREFACE.length) === PREFACE ? http2 : http1;
        server.emit('connection', socket);
      });
    });
  }

  listen({ host, port }: Address): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen({ host, port, backlog: 4096 }, () => resolve());
    });
  }

  /** Cuts all connections; new ones are refused. */
  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
