import type { Value } from '../reading/index.js';
import { quote } from '../reading/index.js';
import type { Target } from './types.js';

const URL_PARTS =
  /^(http|https|grpc|tcp):\/\/([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)(?::(\d{1,5}))?((?:[/?][^\s#]*)?)$/;
const GRPC_PATH = /^\/[^/?]+\/[^/?]+$/;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, grpc: 80 };

/** Takes a URL apart, or says what is wrong with it. */
export function parseTarget(url: string): Target | string {
  const parts = URL_PARTS.exec(url);
  if (parts === null) return "write 'http://host:port/path' (or https, grpc, tcp), without spaces or '#'";
  const scheme = parts[1] as Target['scheme'];
  const port = parts[3] === undefined ? DEFAULT_PORTS[scheme] : Number(parts[3]);
  if (port === undefined) return 'tcp needs a port: tcp://host:port';
  if (port < 1 || port > 65_535) return 'a port is a number from 1 to 65535';
  const path = pathOf(scheme, parts[4]!);
  if (scheme === 'grpc' && !GRPC_PATH.test(path)) return 'grpc needs a method: grpc://host:port/package.Service/Method';
  if (scheme === 'tcp' && path !== '') return 'tcp has no path: tcp://host:port';
  return { url, scheme, host: parts[2]!.toLowerCase(), port, path };
}

/** Reads a URL, or reports what is wrong with it. */
export function targetOf(value: Value | null): Target | null {
  const url = value?.asText() ?? null;
  if (value === null || url === null) return null;
  const target = parseTarget(url);
  if (typeof target !== 'string') return target;
  value.refuse('bad-url', `${quote(url)} is not a URL that can be called`, target);
  return null;
}

function pathOf(scheme: Target['scheme'], written: string): string {
  if (scheme === 'tcp') return written === '/' ? '' : written;
  return written.startsWith('/') ? written : `/${written}`;
}
