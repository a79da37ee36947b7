import type { RE2JS } from 're2js';
import { type Claims, claimTexts, claimWay } from './claims.js';
import { compiled } from './regex.js';
import type { HttpMatch, StringMatch } from './routes.js';

/** What routing sees of a request. Header names are in lower case; the path has its query. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly scheme: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the token that a gateway has verified; none: there is none. */
  readonly claims?: Claims;
}

/** One condition of a match, held against a request. */
export interface Condition {
  /** `path`, `method`, `authority`, `scheme`, a claim, or `header` and `query parameter` with their names. */
  readonly what: string;
  readonly wanted: StringMatch;
  /** The header must not be so. */
  readonly isNegated: boolean;
  readonly isCaseless: boolean;
  /** What the request has; null: nothing of that name. */
  readonly found: string | null;
  readonly holds: boolean;
}

/** Whether all conditions of a settled match hold for a request; those on the caller are not looked at. */
export function matchesRequest(match: HttpMatch, request: RequestHead): boolean {
  return conditionsOf(match, request).every(({ holds }) => holds);
}

/**
 * The conditions of a settled match. None: it takes every request.
 * Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `TranslateRouteMatch`; Envoy 1.37,
 * source/common/router/config_impl.cc.
 */
export function conditionsOf(match: HttpMatch, request: RequestHead): readonly Condition[] {
  const { uri, ignoreUriCase, method, authority, scheme } = match;
  const path = pathOnly(request.path);
  const isCaseless = ignoreUriCase && (uri?.kind === 'exact' || uri?.kind === 'prefix');
  const plain = (what: string, wanted: StringMatch | null, found: string): readonly Condition[] =>
    wanted === null ? [] : [condition(what, wanted, found, matchesText(wanted, found))];
  return [
    ...(isCaseless
      ? [{ ...condition('path', uri, path, matchesText(lowerCase(uri), path.toLowerCase())), isCaseless }]
      : plain('path', uri, path)),
    ...plain('method', method, request.method),
    ...plain('authority', authority, request.authority),
    ...plain('scheme', scheme, request.scheme),
    ...Object.entries(match.headers).map(([name, wanted]) => {
      const claim = claimCondition(name, wanted, request);
      if (claim !== null) return claim;
      const found = headerOf(request, name);
      return condition(`header ${name}`, wanted, found, found !== null && matchesText(wanted, found));
    }),
    ...Object.entries(match.withoutHeaders).map(([name, wanted]) => {
      const claim = claimCondition(name, wanted, request);
      if (claim !== null) return { ...claim, isNegated: true, holds: !claim.holds };
      const found = headerOf(request, name);
      return { ...condition(`header ${name}`, wanted, found, isWithout(wanted, found)), isNegated: true };
    }),
    ...queryConditions(match.queryParams, request.path),
  ];
}

function condition(what: string, wanted: StringMatch, found: string | null, holds: boolean): Condition {
  return { what, wanted, isNegated: false, isCaseless: false, found, holds };
}

/** Null: the name is a header's. Of a list any entry may match; a claim that is no text matches nothing. */
function claimCondition(name: string, wanted: StringMatch, { claims }: RequestHead): Condition | null {
  const way = claimWay(name);
  if (way === null) return null;
  const texts = claimTexts(claims ?? null, way);
  const found = texts.length === 0 ? null : texts.join(', ');
  const holds = texts.some((text) => matchesText(wanted, text));
  return condition(name, wanted, found, holds);
}

function lowerCase(match: Extract<StringMatch, { value: string }>): StringMatch {
  return { kind: match.kind, value: match.value.toLowerCase() };
}

/** The path without its query. */
export function pathOnly(path: string): string {
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

export function matchesText(match: StringMatch | null, text: string): boolean {
  if (match === null || match.kind === 'present') return true;
  if (match.kind === 'exact') return text === match.value;
  if (match.kind === 'prefix') return text.startsWith(match.value);
  return fullyMatches(compiled(match, match.value), text);
}

function fullyMatches(regex: RE2JS | null, text: string): boolean {
  return regex?.matches(text) ?? false;
}

/** A missing header counts as an empty text; only `{}` asks that it be absent. */
function isWithout(match: StringMatch, value: string | null): boolean {
  return match.kind === 'present' ? value === null : !matchesText(match, value ?? '');
}

function queryConditions(wanted: HttpMatch['queryParams'], path: string): readonly Condition[] {
  const names = Object.entries(wanted);
  if (names.length === 0) return [];
  const given = queryOf(path);
  return names.map(([name, match]) => {
    const found = given.get(name) ?? null;
    return condition(`query parameter ${name}`, match, found, found !== null && matchesText(match, found));
  });
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

/**
 * A header, pseudo-headers among them; null: there is none.
 * Source: Envoy 1.37, source/common/http/header_map_impl.cc, where `host` is the authority.
 */
export function headerOf(request: RequestHead, name: string): string | null {
  switch (name) {
    case ':method':
      return request.method;
    case ':path':
      return request.path;
    case ':scheme':
      return request.scheme;
    case ':authority':
    case 'host':
      return request.authority;
    default:
      return own(request.headers, name);
  }
}

function own(values: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(values, name) ? values[name]! : null;
}
