import { hashRequest, type Message, type RequestHash } from '../dataplane/index.js';
import { type Balancer, type HashKey, headerOf } from '../mesh/index.js';
import { clientAddressOf } from './messages.js';
import { headOf } from './request-head.js';

/**
 * Where the balancer puts a message; null: it does not hash, or the message has nothing for it to hash, and any host may
 * take it. Of a message that says nothing of its client's address the calling pod's own may count: see `HashTables`.
 * Source: Envoy, source/common/http/hash_policy.cc.
 */
export function requestHash(balancer: Balancer, message: Message): RequestHash | null {
  if (balancer.kind !== 'consistent-hash') return null;
  const key = keyOf(balancer.key, message);
  return key === null ? null : hashRequest(key);
}

function keyOf(key: HashKey, message: Message): string | null {
  switch (key.kind) {
    case 'header':
      return headerOf(headOf(message), key.name);
    case 'cookie':
      return cookie(message.headers.cookie ?? '', key.name);
    case 'query':
      return new URLSearchParams(message.path.split('?').slice(1).join('?')).get(key.name);
    case 'source-ip':
      return clientAddressOf(message);
  }
}

function cookie(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at >= 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}
