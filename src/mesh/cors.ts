import { matchesText, type RequestHead } from './match.js';
import type { CorsPolicy } from './routes.js';

/**
 * Whether the caller's proxy answers the request itself: a preflight (OPTIONS with an origin and the method that is asked
 * for) whose origin is allowed, or that is not to be forwarded in any case. All other requests go on.
 * Source: Envoy 1.37, source/extensions/filters/http/cors/cors_filter.cc, `decodeHeaders`.
 */
export function answersPreflight(cors: CorsPolicy | null, request: Pick<RequestHead, 'method' | 'headers'>): boolean {
  if (cors === null || request.method !== 'OPTIONS') return false;
  const origin = own(request.headers, 'origin');
  if (origin === '' || own(request.headers, 'access-control-request-method') === '') return false;
  return (
    !cors.forwardsUnmatched || cors.allowOrigins.some((each) => matchesText(each, '*') || matchesText(each, origin))
  );
}

function own(headers: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(headers, name) ? headers[name]! : '';
}
