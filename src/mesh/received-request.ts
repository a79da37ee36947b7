import type { RequestHead } from './match.js';

/**
 * By which a caller could tell a proxy how often and how long to try. No caller of Istio's proxies counts as internal,
 * so that they are taken off. Source: Envoy 1.37, source/common/http/conn_manager_utility.cc, `cleanInternalHeaders`.
 */
export const ENVOY_OVERRIDES: ReadonlySet<string> = new Set([
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-hedge-on-per-try-timeout',
  'x-envoy-max-retries',
  'x-envoy-retriable-header-names',
  'x-envoy-retriable-status-codes',
  'x-envoy-retry-grpc-on',
  'x-envoy-retry-on',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-upstream-rq-timeout-ms',
]);

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** What a proxy takes a request for before it looks for a route: the path made normal, the overrides gone. */
export function asReceived<Request extends Pick<RequestHead, 'path' | 'headers'>>(request: Request): Request {
  const kept = Object.entries(request.headers).filter(([name]) => !ENVOY_OVERRIDES.has(name.toLowerCase()));
  return { ...request, path: normalPath(request.path), headers: Object.fromEntries(kept) };
}

/** `:authority` as a client writes it: with the port, unless it is the scheme's own. */
export function authorityWithPort(host: string, port: number, scheme: 'http' | 'https'): string {
  return port === DEFAULT_PORTS[scheme] ? host : `${host}:${port}`;
}

/**
 * The path with its dot segments resolved and backslashes turned; `//` and `%2F` stay, and so does the query.
 * Source: Istio 1.31, pathNormalization BASE; Envoy 1.37, source/common/http/path_utility.cc, `canonicalPath`.
 */
export function normalPath(path: string): string {
  const end = path.indexOf('?');
  const bare = (end < 0 ? path : path.slice(0, end)).replaceAll('\\', '/');
  const kept: string[] = [];
  const segments = bare.split('/').slice(1);
  segments.forEach((segment, i) => {
    const dots = segment.replace(/%2e/gi, '.');
    if (dots === '..') kept.pop();
    else if (dots !== '.') kept.push(segment);
    if (i === segments.length - 1 && (dots === '..' || dots === '.')) kept.push('');
  });
  return `/${kept.join('/')}${end < 0 ? '' : path.slice(end)}`;
}
