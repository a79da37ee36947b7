import type { IncomingHttpHeaders } from 'node:http';
import type { SequentialRandom } from '../../src/engine/index.js';
import { authorityWithPort } from '../../src/mesh/index.js';
import type { CallStep } from '../../src/scenario/index.js';
import { Channel } from './http-client.js';
import type { Ways } from './layout.js';
import { wayKey } from './layout.js';
import { REQUEST_HEADER } from './protocol.js';

const OWN = /^(host|connection|content-length|transfer-encoding|x-request-id|x-envoy-.*|x-forwarded-proto)$/;

/** What travels on from a request to the calls that it leads to. */
export function travelling(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).filter(([name]) => !OWN.test(name) && name !== REQUEST_HEADER);
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** What one application calls, each place over connections of its own. */
export class Outbound {
  readonly #channels: ReadonlyMap<string, Channel>;

  constructor(ways: Ways, random: SequentialRandom) {
    const draw = () => random.next();
    this.#channels = new Map(
      Object.entries(ways).map(([key, way]) => [key, new Channel(way, Number.POSITIVE_INFINITY, false, draw)]),
    );
  }

  /** One try of a step; see `Channel.send`. */
  send(step: CallStep, incoming: Readonly<Record<string, string>>, done: (status: number) => void): () => void {
    const headers: Record<string, string> = { ...incoming };
    for (const [name, value] of Object.entries(step.headers)) {
      if (value === null) delete headers[name];
      else headers[name] = value;
    }
    headers.host = authorityWithPort(step.to.host, step.to.port, 'http');
    const exchange = { method: step.method, path: step.to.path, headers, sizeBytes: step.sizeBytes };
    return this.#channels.get(wayKey(step.to))!.send(exchange, done);
  }
}
