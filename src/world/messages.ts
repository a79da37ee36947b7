import type { Message } from '../dataplane/index.js';
import type { RequestSpec } from '../scenario/index.js';

/** What an entry of a source's mix sends. */
export function requestMessage({ to, method, headers, sizeBytes }: RequestSpec): Message {
  return {
    protocol: to.scheme === 'grpc' || to.scheme === 'tcp' ? to.scheme : 'http',
    secure: to.scheme === 'https',
    method: to.scheme === 'grpc' ? 'POST' : method,
    authority: to.host,
    port: to.port,
    path: to.path,
    headers,
    sizeBytes,
  };
}
