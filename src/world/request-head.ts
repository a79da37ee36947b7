import type { Message } from '../dataplane/index.js';
import type { RequestHead } from '../mesh/index.js';

/** What routes and hashes look at. */
export function headOf({ method, path, host, headers, secure }: Message): RequestHead {
  return { method, path, authority: host, headers, scheme: secure ? 'https' : 'http' };
}
