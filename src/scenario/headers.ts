import { ENVOY_OVERRIDES, grpcTimeoutMs } from '../mesh/index.js';
import type { Section } from '../reading/index.js';
import { quote } from '../reading/index.js';

/** The characters of a header name or a method. Source: RFC 9110, section 5.6.2. */
export const HTTP_TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const METHOD_HELP = "write a method such as 'GET' or 'POST'";

/** Headers by lower-case name; null, where it is written, removes one. */
export function headersIn(section: Section, key: string): Record<string, string | null> {
  const headers = Object.create(null) as Record<string, string | null>;
  const written = section.section(key);
  for (const name of written?.keys() ?? []) {
    if (!HTTP_TOKEN.test(name)) {
      written!.refuse('bad-header', `${quote(name)} is not a header name`, 'write letters, digits and dashes', name);
    } else {
      headers[name.toLowerCase()] = written!.text(name);
      refuseHost(written!, name);
      warnOfOverride(written!, name);
      warnOfGrpcTimeout(written!, name);
    }
  }
  return headers;
}

/** A request is addressed by its URL, in which the host called and the one dialled are the same. */
function refuseHost(headers: Section, name: string): void {
  if (name.toLowerCase() !== 'host' || headers.raw(name) === null) return;
  headers.refuse('bad-header', 'a request has its host from its URL', "write it there: 'to: http://HOST:PORT/'", name);
}

/** Of those that pass for a retry policy of the request's own. */
function warnOfOverride(headers: Section, name: string): void {
  if (!ENVOY_OVERRIDES.has(name.toLowerCase()) || headers.raw(name) === null) return;
  const what = `${quote(name)} does nothing: the first proxy takes it off`;
  headers.warning('stripped-header', what, "write 'timeout' and 'retries' in a VirtualService", name);
}

/** Of one that proxies ignore. */
function warnOfGrpcTimeout(headers: Section, name: string): void {
  const value = name.toLowerCase() === 'grpc-timeout' ? headers.text(name) : null;
  if (value === null || grpcTimeoutMs(value) !== null) return;
  const what = `${quote(value)} is not how gRPC writes a timeout: proxies ignore it`;
  headers.warning('bad-grpc-timeout', what, "write digits and a unit, such as '250m' (milliseconds) or '2S'", name);
}

/** The same for the first sender, who has nothing to remove. */
export function ownHeadersIn(section: Section, key: string): Record<string, string> {
  const headers = headersIn(section, key);
  for (const name of Object.keys(headers)) if (headers[name] === null) delete headers[name];
  return headers as Record<string, string>;
}

/** The method of a request; `POST` for grpc, which knows no other, else `GET` when it is not written. */
export function methodIn(section: Section, scheme: string | undefined): string {
  const usual = scheme === 'grpc' ? 'POST' : 'GET';
  const method = section.text('method');
  if (method === null) return usual;
  if (!HTTP_TOKEN.test(method)) section.refuse('bad-method', `${quote(method)} is not a method`, METHOD_HELP, 'method');
  if (scheme === 'grpc' && method !== usual) {
    section.refuse('bad-method', `grpc has no method ${quote(method)}`, 'grpc is always POST: leave it out', 'method');
  }
  return method;
}
