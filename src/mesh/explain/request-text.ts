import type { EffectiveRule } from '../effective.js';
import type { ExplainedRequest, RuleVerdict, SentRequest } from '../explain-request.js';
import { grpcRouteTimeoutMs } from '../grpc-timeout.js';
import type { Condition } from '../match.js';
import { shortServiceName } from '../service.js';
import { admissionLines } from './admission-text.js';
import { clusterLines, endpointLines } from './cluster-text.js';
import { negatedText, textOf } from './match-text.js';
import { outcomeLines } from './outcome-text.js';
import { corsLines, faultLines, forwardingLines, rateLimitLines } from './rule-text.js';
import { durationText, entry, shareText, source, visible } from './words.js';

/** A request's way for people, filter by filter. Each value is followed by where it was written, or by `(default)`. */
export function renderExplainedRequest(explained: ExplainedRequest): string {
  const { asked, received, host, rules, reply } = explained;
  const taken = rules.find(({ verdict }) => verdict === 'taken') ?? null;
  const title = `${visible(asked.method)} ${asked.scheme}://${visible(asked.host)}:${asked.port}${visible(asked.path)}`;
  const blocks = [
    [
      title,
      ...entry('from', `${visible(host.caller)} (${host.callerKind}), Istio ${host.istioVersion.join('.')}`),
      ...headerLines(asked.headers),
      ...(received.path === asked.path ? [] : entry('taken as', `${visible(received.path)}: dots and backslashes`)),
      ...overrideLines(explained),
    ],
    ...(explained.admission === null
      ? []
      : [[`at the ${host.waypoint === undefined ? 'gateway' : 'waypoint'}`, ...admissionLines(explained.admission)]]),
    ['the host', ...outcomeLines(host.outcome), ...misspokenLines(explained), ...bystanderLines(explained)],
    ...(rules.length === 0 ? [] : [['the rules, in order', ...rules.flatMap((rule, i) => verdictLines(rule, i + 1))]]),
    ...(taken === null ? [] : [wayLines(taken.rule, explained)]),
    ...(reply === null ? [] : [['the answer', ...entry('status', replyText(reply))]]),
    ...(reply === null && !explained.isMisspoken ? [...serverBlocks(explained), ...clusterBlocks(explained)] : []),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headerLines(headers: Readonly<Record<string, string>>): readonly string[] {
  const lines = Object.entries(headers).map(([name, value]) => `${visible(name)}: ${visible(value)}`);
  return lines.flatMap((line, i) => entry(i === 0 ? 'headers' : '', line));
}

function overrideLines({ asked, received }: ExplainedRequest): readonly string[] {
  const gone = Object.keys(asked.headers).filter((name) => !Object.hasOwn(received.headers, name));
  return gone.length === 0 ? [] : entry('dropped', `${gone.map(visible).join(', ')}: no caller may override the proxy`);
}

function misspokenLines({ asked, isMisspoken }: ExplainedRequest): readonly string[] {
  if (!isMisspoken) return [];
  const why =
    asked.scheme === 'https' ? 'in TLS, and this port takes plaintext' : 'in plaintext, and this port takes TLS';
  return entry('closed', `it comes ${why}`);
}

function bystanderLines({ host }: ExplainedRequest): readonly string[] {
  return host.outcome.kind === 'passthrough' && host.outcome.service !== null ? endpointLines(host.endpoints) : [];
}

function verdictLines({ rule, verdict, alternatives }: RuleVerdict, number: number): readonly string[] {
  const name = rule.name === null ? '' : ` ${visible(rule.name)}`;
  const lines = entry(`${number}.`, `${verdict}:${name} ${source(rule.origin)}`);
  if (verdict === 'not reached') return lines;
  if (rule.matches.length === 0) return [...lines, ...entry('', 'it takes every request')];
  const told = alternatives.filter(({ holds }) => verdict === 'passed over' || holds);
  return [...lines, ...told.flatMap(({ conditions }) => reasonLines(conditions, verdict === 'taken'))];
}

/** Why an alternative holds, or the first condition that does not. */
function reasonLines(conditions: readonly Condition[], holds: boolean): readonly string[] {
  if (conditions.length === 0) return entry('', 'it takes every request');
  const told = holds ? conditions : conditions.filter((condition) => !condition.holds).slice(0, 1);
  return entry('', told.map((condition) => conditionText(condition, holds)).join(' and '));
}

function conditionText({ what, wanted, isNegated, isCaseless, found, holds }: Condition, isEnough: boolean): string {
  const asked = `${isNegated ? negatedText(wanted) : textOf(wanted)}${isCaseless ? ' in any case' : ''}`;
  if (isEnough && holds) return `${visible(what)} ${asked}`;
  return `no: ${visible(what)} is ${found === null ? 'not there' : found === '' ? "''" : visible(found)}, asked for: ${asked}`;
}

function wayLines(rule: EffectiveRule, { asked, host, sent }: ExplainedRequest): readonly string[] {
  const explained = host.rules.find((each) => each.rule === rule);
  const fault = faultLines(rule.fault);
  return [
    'on its way',
    ...(fault.length === 0 ? entry('fault', 'none') : fault),
    ...corsLines(rule.cors),
    ...(explained?.rateLimits ?? []).flatMap(rateLimitLines),
    ...forwardingLines(rule, explained?.writtenRetry ?? null, grpcTimeoutText(rule, asked)),
    ...sent.flatMap((each, i) => sentLines(each, i === 0)),
  ];
}

/** Where its header gives a gRPC request less time than the route; null elsewhere. */
function grpcTimeoutText({ action }: EffectiveRule, { scheme, headers }: ExplainedRequest['asked']): string | null {
  if (scheme !== 'grpc' || action.kind !== 'forward') return null;
  const timeoutMs = grpcRouteTimeoutMs(headers['grpc-timeout'], action.timeoutMs);
  return timeoutMs === null || timeoutMs === action.timeoutMs ? null : `${durationText(timeoutMs)} (grpc-timeout)`;
}

function sentLines({ destination, path, authority, headers }: SentRequest, isFirst: boolean): readonly string[] {
  const { service, host, port } = destination.cluster;
  const name = service === null ? host : shortServiceName(service);
  const more = Object.entries(headers).map(([key, value]) => `${visible(key)}: ${visible(value)}`);
  const text = `${shareText(destination.share)} to ${visible(name)}:${port} as ${visible(authority)}${visible(path)}`;
  return entry(isFirst ? 'sent' : '', more.length === 0 ? text : `${text}, with ${more.join(', ')}`);
}

function serverBlocks({ sent }: ExplainedRequest): readonly (readonly string[])[] {
  const byName = new Map(sent.flatMap(({ admissions }) => admissions.map((each) => [each.workload, each] as const)));
  return [...byName.values()].map((each) => [`at ${visible(each.workload)}`, ...admissionLines(each)]);
}

function clusterBlocks({ host, sent }: ExplainedRequest): readonly (readonly string[])[] {
  const names = new Set(sent.map(({ cluster }) => cluster));
  return host.clusters.filter(({ name }) => names.size === 0 || names.has(name)).map(clusterLines);
}

function replyText({ status, flag }: NonNullable<ExplainedRequest['reply']>): string {
  return `${status}${flag === null ? '' : `, flag ${flag}`}, from this proxy`;
}
