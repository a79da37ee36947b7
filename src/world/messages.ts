import type { Message } from '../dataplane/index.js';
import { authorityWithPort, type HeaderOperations } from '../mesh/index.js';
import type { CallStep, RequestSpec, Target } from '../scenario/index.js';

const FORWARDED_FOR = 'x-forwarded-for';
/** Where a token stands. */
const AUTHORIZATION = 'authorization';

/** What an entry of a source's mix sends. */
export function requestMessage({ to, method, headers, sizeBytes, token, sourceIp }: RequestSpec): Message {
  return { ...addressed(to, method), headers, sizeBytes, token, peerAddress: sourceIp };
}

/** What a step sends. Headers travel on with every call, a token among them; the step sets or removes some. */
export function outgoingMessage(step: CallStep, incoming: Message): Message {
  const headers: Record<string, string> = Object.assign(Object.create(null), incoming.headers);
  for (const [name, value] of Object.entries(step.headers)) {
    if (value === null) delete headers[name];
    else headers[name] = value;
  }
  const token = Object.hasOwn(step.headers, AUTHORIZATION) ? null : incoming.token;
  return { ...addressed(step.to, step.method), headers, sizeBytes: step.sizeBytes, token, peerAddress: null };
}

function addressed({ scheme, host, port, path }: Target, method: string) {
  return {
    protocol: scheme === 'grpc' || scheme === 'tcp' ? scheme : 'http',
    secure: scheme === 'https',
    method: scheme === 'grpc' ? 'POST' : method,
    authority: host,
    boundFor: null,
    serverName: null,
    host: authorityWithPort(host, port, scheme === 'https' ? 'https' : 'http'),
    port,
    path,
  } as const;
}

/** Whether a route's operations leave the header with the token alone. */
export function keepsToken(operations: HeaderOperations | null): boolean {
  if (operations === null) return true;
  const touched = [...operations.remove, ...Object.keys(operations.set)];
  return !touched.some((name) => name.toLowerCase() === AUTHORIZATION);
}

/**
 * What a gateway sends on: the address that the request came from stands at the end of X-Forwarded-For, `unknown` where
 * nobody gave it, and its connection is the gateway's own. Source: Envoy, source/common/http/conn_manager_utility.cc.
 */
export function afterGateway(message: Message): Message {
  const before = message.headers[FORWARDED_FOR];
  if (message.peerAddress === null && before === undefined) return message;
  const chain = [...(before === undefined ? [] : [before]), message.peerAddress ?? 'unknown'].join(',');
  return { ...message, headers: { ...message.headers, [FORWARDED_FOR]: chain }, peerAddress: null };
}

/**
 * The client's address as a sidecar knows it: the last of X-Forwarded-For, where none of the proxies before is trusted,
 * else the one that the connection comes from. Null: nobody gave it.
 */
export function clientAddressOf({ headers, peerAddress }: Message): string | null {
  const chain = headers[FORWARDED_FOR];
  if (chain === undefined) return peerAddress;
  const last = chain.split(',').at(-1)!.trim();
  return /^[0-9A-Fa-f:.]+$/.test(last) ? last : null;
}
