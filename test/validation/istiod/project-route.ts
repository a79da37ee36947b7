import { asksForClaim } from '../../../src/mesh/claims.js';
import { authorityOf, isAuthorityName, joinedHeaders } from '../../../src/mesh/headers.js';
import type {
  Balancer,
  ClusterRef,
  EffectiveAction,
  EffectiveCluster,
  EffectiveDestination,
  EffectiveRetry,
  EffectiveRule,
  HeaderOperations,
  HttpMatch,
  Rewrite,
  StringMatch,
} from '../../../src/mesh/index.js';
import type { SentCondition, SentDestinations, SentHeaders, SentMatch, SentShare } from './recording.js';
import { asked, lowerCased, sortedByName } from './words.js';

/** What a proxy has for a destination. */
export interface ClusterLookup {
  nameOf(ref: ClusterRef): string;
  /** Null: there is none. */
  clusterOf(ref: ClusterRef): EffectiveCluster | null;
}

type Forward = Extract<EffectiveAction, { readonly kind: 'forward' }>;

const ANY_PATH: SentMatch = { path: { prefix: '/' } };

/** Drymesh's rules as routes in the words of a recording: one for each alternative. */
export function projectRules(rules: readonly EffectiveRule[], clusters: ClusterLookup): readonly object[] {
  return rules.flatMap((rule) => {
    const matches = rule.matches.length === 0 ? [ANY_PATH] : rule.matches.map(projectMatch);
    return matches.map((match) => projectRule(match, rule, clusters));
  });
}

function projectRule(match: SentMatch, rule: EffectiveRule, clusters: ClusterLookup): object {
  const { action, fault, cors, requestHeaders } = rule;
  return asked({
    match,
    ...(action.kind === 'forward' && projectForward(action, requestHeaders, clusters)),
    redirect: action.kind === 'redirect' ? projectRedirect(action) : null,
    answer: action.kind === 'direct-response' ? { status: action.status } : null,
    fault:
      fault &&
      asked({ delay: fault.delay && { ms: fault.delay.delayMs, share: fault.delay.share }, abort: abortOf(fault) }),
    ...(cors && { cors: true }),
  });
}

function abortOf({ abort }: NonNullable<EffectiveRule['fault']>): object | null {
  if (abort === null) return null;
  return { ...asked({ status: abort.status, grpcStatus: abort.grpcStatus }), share: abort.share };
}

/** istiod writes the operations of an only destination to those of the rule. */
function projectForward(action: Forward, ruleHeaders: HeaderOperations | null, clusters: ClusterLookup): object {
  const [only] = action.destinations;
  const isAlone = !action.isSplit;
  const headers = isAlone ? joinedHeaders(ruleHeaders, only!.requestHeaders) : ruleHeaders;
  return {
    to: projectDestinations(action.destinations, clusters, isAlone),
    timeoutMs: action.timeoutMs,
    retry: action.retry && projectRetry(action.retry),
    mirrors: action.mirrors.map(({ cluster, share }) => ({ cluster: clusters.nameOf(cluster), share })),
    rewrite: projectRewrite(action.rewrite, isAlone ? authorityOf(only!.requestHeaders) : null),
    requestHeaders: projectHeaders(headers),
    hash: action.destinations.flatMap(({ cluster }) => projectHash(clusters.clusterOf(cluster)?.balancer)),
  };
}

function projectHash(balancer: Balancer | undefined): readonly object[] {
  if (balancer?.kind !== 'consistent-hash') return [];
  const { key } = balancer;
  return [key.kind === 'source-ip' ? { sourceIp: true } : { [key.kind]: key.name }];
}

export function projectDestinations(
  destinations: readonly EffectiveDestination[],
  clusters: ClusterLookup,
  isAlone = destinations.length === 1,
): SentDestinations {
  const [only] = destinations;
  if (isAlone || (destinations.length === 1 && only!.requestHeaders === null)) return clusters.nameOf(only!.cluster);
  return destinations.map((each) => projectShare(each, clusters));
}

function projectShare({ share, requestHeaders, cluster }: EffectiveDestination, clusters: ClusterLookup): SentShare {
  const authority = authorityOf(requestHeaders);
  const more = asked({ requestHeaders: projectHeaders(requestHeaders), rewrite: asked({ authority }) });
  return { cluster: clusters.nameOf(cluster), share, ...(more as Partial<SentShare>) };
}

function projectRetry(retry: EffectiveRetry): object {
  const { origin: _, avoidPreviousPriorities, ...rest } = retry;
  return asked({ ...rest, hostPicks: 5, otherPrioritiesEvery: avoidPreviousPriorities ? 2 : null });
}

function projectRewrite(rewrite: Rewrite | null, fromDestination: string | null): object {
  return asked({
    prefix: rewrite?.uri,
    regex: rewrite?.uriRegex?.match,
    substitution: rewrite?.uriRegex?.rewrite,
    authority: rewrite?.authority ?? fromDestination,
  });
}

function projectRedirect({ redirect }: Extract<EffectiveAction, { readonly kind: 'redirect' }>): object {
  const { status, uri, authority, scheme, port } = redirect;
  return { status, ...asked({ path: uri, authority, scheme, port }) };
}

/** The authority is no header: it stands in the rewrite. */
function projectHeaders(operations: HeaderOperations | null): SentHeaders {
  if (operations === null) return {};
  const named = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !isAuthorityName(name)));
  return asked({
    set: lowerCased(named(operations.set)),
    add: lowerCased(named(operations.add)),
    remove: operations.remove.map((name) => name.toLowerCase()).sort(),
  });
}

function projectMatch(match: HttpMatch): SentMatch {
  const pseudo = { ':method': match.method, ':authority': match.authority, ':scheme': match.scheme };
  const headers = [
    ...Object.entries(pseudo).flatMap(([name, text]) => (text === null ? [] : [condition(name, text)])),
    ...named(match.headers).map(([name, text]) => condition(name, text)),
    ...named(match.withoutHeaders).map(([name, text]) => without(name, text)),
  ];
  const claims = [match.headers, match.withoutHeaders].flatMap((texts) => Object.keys(texts).filter(asksForClaim));
  const query = Object.entries(match.queryParams).map(([name, text]) => condition(name, text));
  return {
    path: match.uri === null || match.uri.kind === 'present' ? { prefix: '/' } : textOf(match.uri),
    ...asked({ ignoreCase: match.ignoreUriCase, headers: sortedByName(headers), query: sortedByName(query) }),
    ...(claims.length > 0 && { claims: claims.length }),
  } as SentMatch;
}

/** Conditions on claims stand apart. */
function named(texts: HttpMatch['headers']): readonly (readonly [string, StringMatch])[] {
  return Object.entries(texts).filter(([name]) => !asksForClaim(name));
}

function condition(name: string, match: StringMatch): SentCondition {
  return match.kind === 'present' ? { name, present: true } : { name, ...textOf(match) };
}

function without(name: string, match: StringMatch): SentCondition {
  const asks = condition(name, match);
  return match.kind === 'present' ? { ...asks, not: true } : { ...asks, not: true, missingIsEmpty: true };
}

function textOf(match: Exclude<StringMatch, { readonly kind: 'present' }>) {
  return { [match.kind]: match.value };
}
