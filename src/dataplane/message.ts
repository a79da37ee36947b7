import type { Token } from '../mesh/index.js';

/** What a request says. One object for each content (`MessageBook`), so that identity is equality. */
export interface Message {
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly secure: boolean;
  readonly method: string;
  /** Host of the URL, without its port. */
  readonly authority: string;
  /** As `Host` or `:authority` says it: with a port that is not its scheme's own. */
  readonly host: string;
  /** Of a request on its way to a waypoint: the host of the service that it is for; null: it says so itself. */
  readonly boundFor: string | null;
  /** Of a request on its way to a gateway: what the TLS of the caller's proxy asks for, perhaps nothing; null: TLS is the client's. */
  readonly serverName: string | null;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
  /** Null: none. */
  readonly token: Token | null;
  /** Address that the next proxy sees it come from; null: nobody gave it. */
  readonly peerAddress: string | null;
}

/** The messages of a world. There are as many as sources, steps and routes can make of one another: few. */
export class MessageBook {
  readonly #known = new Map<string, Message>();

  intern(message: Message): Message {
    const names = Object.keys(message.headers).sort(); // by code unit
    const headers = names.map((name) => [name, message.headers[name]]);
    const {
      protocol,
      secure,
      method,
      authority,
      host,
      boundFor,
      serverName,
      port,
      path,
      sizeBytes,
      token,
      peerAddress,
    } = message;
    const address = [protocol, secure, method, authority, host, boundFor, serverName, port, path, peerAddress];
    const key = JSON.stringify([...address, sizeBytes, token, headers]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    // Made anew by one literal: copies made by spreading come in many shapes, which would cost each request that reads one.
    const interned: Message = {
      protocol,
      secure,
      method,
      authority,
      host,
      boundFor,
      serverName,
      port,
      path,
      headers: message.headers,
      sizeBytes,
      token,
      peerAddress,
    };
    this.#known.set(key, interned);
    return interned;
  }
}
