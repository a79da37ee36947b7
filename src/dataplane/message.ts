/** What a request says. One object for each content (`MessageBook`), so that identity is equality. */
export interface Message {
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly secure: boolean;
  readonly method: string;
  /** Host of the URL, without its port. */
  readonly authority: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
}

/** The messages of a world. There are as many as sources, steps and routes can make of one another: few. */
export class MessageBook {
  readonly #known = new Map<string, Message>();

  intern(message: Message): Message {
    const names = Object.keys(message.headers).sort(); // by code unit
    const headers = names.map((name) => [name, message.headers[name]]);
    const { protocol, secure, method, authority, port, path, sizeBytes } = message;
    const key = JSON.stringify([protocol, secure, method, authority, port, path, sizeBytes, headers]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, message);
    return message;
  }
}
