import { claimsOf } from './claims.js';
import { answersPreflight } from './cors.js';
import type { EffectiveDestination, EffectiveHost, EffectiveRule } from './effective.js';
import { type ExplainedHost, explainHost, waypointFor } from './explain.js';
import {
  admissionAtGateway,
  admissionAtServer,
  admissionAtWaypoint,
  type ExplainedAdmission,
} from './explain-admission.js';
import { type Condition, conditionsOf, type RequestHead } from './match.js';
import type { Mesh } from './mesh.js';
import { asReceived, authorityWithPort } from './received-request.js';
import type { MeshResolver } from './resolution/resolver.js';
import type { HttpMatch } from './routes.js';
import { forwarded, type Head, isMisspoken, takingRule } from './routing.js';
import type { Token } from './security.js';
import type { Workload } from './workload.js';

/** A request as its application sends it. */
export interface AskedRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https' | 'grpc';
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null: none. */
  readonly token: Token | null;
  /** Of the client, for a gateway; null: nobody gave it. */
  readonly sourceIp: string | null;
}

/** One alternative of a rule's match, held against the request. */
export interface ExplainedMatch {
  readonly match: HttpMatch;
  readonly conditions: readonly Condition[];
  readonly holds: boolean;
}

/** What a rule makes of the request: the first that takes it, those before, and those that are not looked at. */
export interface RuleVerdict {
  readonly rule: EffectiveRule;
  readonly verdict: 'passed over' | 'taken' | 'not reached';
  /** None: the rule takes every request. Not looked at after the first that holds. */
  readonly alternatives: readonly ExplainedMatch[];
}

/** What goes to one destination, after rewrites and header operations. */
export interface SentRequest extends Head {
  readonly destination: EffectiveDestination;
  /** The name of its cluster. */
  readonly cluster: string;
  /** By workload: what its sidecar makes of it. */
  readonly admissions: readonly ExplainedAdmission[];
}

/** One request's way through the proxy of its caller. Plain: it can be printed. */
export interface ExplainedRequest {
  readonly asked: AskedRequest;
  /** As the proxy takes it: path made normal, overrides gone. */
  readonly received: RequestHead;
  /** What a gateway, or a waypoint, makes of it first; null: at a sidecar, which asks nothing of its own application. */
  readonly admission: ExplainedAdmission | null;
  /** What the proxy does with the host, for any request. */
  readonly host: ExplainedHost;
  /** The gateway closes the connection: it comes in plaintext where TLS is taken, or the other way round. */
  readonly isMisspoken: boolean;
  /** In order; none unless the host has routes. */
  readonly rules: readonly RuleVerdict[];
  /** What is forwarded, by destination; none when the proxy answers itself. */
  readonly sent: readonly SentRequest[];
  /** What the proxy answers itself; null: it forwards. */
  readonly reply: { readonly status: number; readonly flag: string | null } | null;
}

/** Walks a request through the proxy of `caller`, as the simulation does. */
export function explainRequest(
  resolver: MeshResolver,
  mesh: Mesh,
  caller: Workload,
  asked: AskedRequest,
): ExplainedRequest {
  const host = explainHost(resolver, mesh, caller, asked.host, asked.port);
  const scheme = asked.scheme === 'https' ? 'https' : 'http';
  const received: RequestHead = {
    ...asReceived({ path: asked.path, headers: asked.headers }),
    method: asked.method,
    authority: authorityWithPort(asked.host, asked.port, scheme),
    scheme,
  };
  const { outcome } = host;
  if (asked.scheme !== 'grpc' && isMisspoken(outcome, asked.scheme === 'https')) {
    return { asked, received, admission: null, host, isMisspoken: true, rules: [], sent: [], reply: null };
  }
  const redirects = outcome.kind === 'routes' && outcome.httpsRedirect && asked.scheme !== 'https';
  const { token, sourceIp, port } = asked;
  const http = { ...received, host: received.authority, token };
  const waypoint = waypointFor(resolver, caller, asked.host);
  const admission =
    waypoint !== null
      ? admissionAtWaypoint(resolver, waypoint.workload, { caller, service: waypoint.service, port }, http)
      : caller.role === 'gateway'
        ? admissionAtGateway(resolver, caller, port, sourceIp, http)
        : null;
  const routed =
    caller.role === 'gateway' && admission?.token.kind === 'valid'
      ? { ...received, claims: claimsOf(admission.token) }
      : received;
  const rules = outcome.kind === 'routes' && !redirects ? judgeRules(outcome.rules, routed) : [];
  const taken = rules.find(({ verdict }) => verdict === 'taken') ?? null;
  return {
    asked,
    received,
    admission,
    host,
    isMisspoken: false,
    rules,
    sent: taken === null ? [] : sentBy(taken, received, { asked, resolver, caller: waypoint?.workload ?? caller }),
    reply: redirects ? { status: 301, flag: null } : replyOf(outcome, taken, received),
  };
}

function judgeRules(rules: readonly EffectiveRule[], request: RequestHead): readonly RuleVerdict[] {
  const taken = takingRule(rules, request);
  let isReached = true;
  return rules.map((rule): RuleVerdict => {
    if (!isReached) return { rule, verdict: 'not reached', alternatives: [] };
    if (rule !== taken?.rule) return { rule, verdict: 'passed over', alternatives: judge(rule.matches, request) };
    isReached = false;
    const upTo = taken.match === null ? 0 : rule.matches.indexOf(taken.match) + 1;
    return { rule, verdict: 'taken', alternatives: judge(rule.matches.slice(0, upTo), request) };
  });
}

function judge(matches: readonly HttpMatch[], request: RequestHead): readonly ExplainedMatch[] {
  return matches.map((match) => {
    const conditions = conditionsOf(match, request);
    return { match, conditions, holds: conditions.every(({ holds }) => holds) };
  });
}

function sentBy(
  { rule, alternatives }: RuleVerdict,
  { method, path, headers }: RequestHead,
  {
    asked,
    resolver,
    caller,
  }: { readonly asked: AskedRequest; readonly resolver: MeshResolver; readonly caller: Workload },
): readonly SentRequest[] {
  const { action } = rule;
  if (action.kind !== 'forward') return [];
  const match = alternatives.at(-1)?.match ?? null;
  return action.destinations.map((destination) => {
    const head = forwarded({ rule, match }, action, destination, { path, authority: asked.host, headers });
    const cluster = resolver.cluster(caller, destination.cluster);
    const servers = cluster === null ? [] : resolver.workloadsOf(cluster.service, cluster.subsetLabels);
    const http = { ...head, method, host: head.authority, token: asked.token };
    const admissions = servers.map((server) => admissionAtServer(resolver, caller, cluster!, server, http));
    return { destination, cluster: resolver.clusterName(caller, destination.cluster), ...head, admissions };
  });
}

function replyOf(outcome: EffectiveHost, taken: RuleVerdict | null, request: RequestHead): ExplainedRequest['reply'] {
  switch (outcome.kind) {
    case 'routes':
      return taken === null ? { status: 404, flag: 'NR' } : replyOfRule(taken.rule, request);
    case 'blocked':
      return outcome.isHttp ? { status: 502, flag: null } : null;
    case 'no-route':
      return { status: 404, flag: 'NR' };
    default:
      return null;
  }
}

function replyOfRule({ action, cors }: EffectiveRule, request: RequestHead): ExplainedRequest['reply'] {
  if (answersPreflight(cors, request)) return { status: 200, flag: null };
  if (action.kind === 'redirect') return { status: action.redirect.status, flag: null };
  return action.kind === 'direct-response' ? { status: action.status, flag: null } : null;
}
