import type { RE2JS } from 're2js';
import { compiled } from './regex.js';
import type { HttpMatch, StringMatch } from './routes.js';

/** What routing sees of a request. Header names are in lower case; the path has its query. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly scheme: string;
  readonly headers: Readonly<Record<string, string>>;
}

type StringMatches = Readonly<Record<string, StringMatch>>;

/**
 * Whether all conditions of a settled match hold for a request; those on the caller are not looked at.
 * Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `TranslateRouteMatch`; Envoy 1.37,
 * source/common/router/config_impl.cc.
 */
export function matchesRequest(match: HttpMatch, request: RequestHead): boolean {
  return (
    matchesPath(match, pathOnly(request.path)) &&
    matchesText(match.method, request.method) &&
    matchesText(match.authority, request.authority) &&
    matchesText(match.scheme, request.scheme) &&
    every(match.headers, (name, text) => matchesHeader(text, own(request.headers, name))) &&
    every(match.withoutHeaders, (name, text) => isWithout(text, own(request.headers, name))) &&
    matchesQuery(match.queryParams, request.path)
  );
}

/** The path without its query. */
export function pathOnly(path: string): string {
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

function matchesPath({ uri, ignoreUriCase }: HttpMatch, path: string): boolean {
  // Case is ignored for `exact` and `prefix` only.
  if (!ignoreUriCase || uri === null || uri.kind === 'regex' || uri.kind === 'present') return matchesText(uri, path);
  return matchesText({ kind: uri.kind, value: uri.value.toLowerCase() }, path.toLowerCase());
}

function matchesText(match: StringMatch | null, text: string): boolean {
  if (match === null || match.kind === 'present') return true;
  if (match.kind === 'exact') return text === match.value;
  if (match.kind === 'prefix') return text.startsWith(match.value);
  return fullyMatches(compiled(match, match.value), text);
}

function fullyMatches(regex: RE2JS | null, text: string): boolean {
  return regex?.matches(text) ?? false;
}

function matchesHeader(match: StringMatch, value: string | null): boolean {
  return value !== null && matchesText(match, value);
}

/** A missing header counts as an empty text; only `{}` asks that it be absent. */
function isWithout(match: StringMatch, value: string | null): boolean {
  return match.kind === 'present' ? value === null : !matchesText(match, value ?? '');
}

function matchesQuery(params: StringMatches, path: string): boolean {
  if (Object.keys(params).length === 0) return true;
  const given = queryOf(path);
  return every(params, (name, text) => matchesHeader(text, given.get(name) ?? null));
}

/** The parameters as they stand in the path, not decoded; of a repeated one the first. */
function queryOf(path: string): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  const start = path.indexOf('?');
  if (start < 0) return params;
  const query = path.slice(start + 1).replace(/#.*$/s, '');
  for (const part of query.split('&')) {
    const end = part.indexOf('=');
    const name = end < 0 ? part : part.slice(0, end);
    if (!params.has(name)) params.set(name, end < 0 ? '' : part.slice(end + 1));
  }
  return params;
}

function every(matches: StringMatches, holds: (name: string, match: StringMatch) => boolean): boolean {
  for (const name of Object.keys(matches)) if (!holds(name, matches[name]!)) return false;
  return true;
}

function own(values: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(values, name) ? values[name]! : null;
}
