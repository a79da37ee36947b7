import type {
  ClusterRef,
  EffectiveAction,
  EffectiveDestination,
  EffectiveRateLimit,
  EffectiveRetry,
  EffectiveRule,
} from '../effective.js';
import type { ExplainedRule } from '../explain.js';
import type { Origin } from '../origin.js';
import type { CorsPolicy, FaultPolicy, HeaderOperations, Redirect, RetryPolicy, Rewrite } from '../routes.js';
import { shortServiceName } from '../service.js';
import { matchText, textOf } from './match-text.js';
import { durationText, entry, mark, rateLimitText, shareText, source, visible } from './words.js';

type Forward = Extract<EffectiveAction, { kind: 'forward' }>;

/** A rule for people, in the order in which a request meets its parts. */
export function ruleLines({ rule, writtenRetry, rateLimits }: ExplainedRule, number: number): readonly string[] {
  const name = rule.name === null ? '' : ` ${visible(rule.name)}`;
  return [
    `${number}.${name} ${source(rule.origin)}`,
    ...alternatives(rule),
    ...rateLimits.filter(({ isFirst }) => isFirst).flatMap(rateLimitLines),
    ...faultLines(rule.fault),
    ...corsLines(rule.cors),
    ...rateLimits.filter(({ isFirst }) => !isFirst).flatMap(rateLimitLines),
    ...forwardingLines(rule, writtenRetry),
  ];
}

/** What becomes of a request that the rule takes, after its fault. `asked`: for how long the request itself asks, if it does. */
export function forwardingLines(
  rule: EffectiveRule,
  written: RetryPolicy | null,
  asked: string | null = null,
): readonly string[] {
  return [...headerLines(rule.requestHeaders), ...actionLines(rule, written, asked)];
}

function alternatives({ matches }: EffectiveRule): readonly string[] {
  if (matches.length === 0) return entry('when', 'every request');
  return matches.flatMap((match, i) => entry(i === 0 ? 'when' : 'or', matchText(match)));
}

/** What the rule injects. */
export function faultLines(fault: FaultPolicy | null): readonly string[] {
  if (fault === null) return [];
  const { delay, abort } = fault;
  const what = abort?.status ?? `gRPC status ${abort?.grpcStatus ?? 0}`;
  return [
    ...(delay
      ? entry('fault', `delay of ${durationText(delay.delayMs)} for ${shareText(delay.share)} ${source(fault.origin)}`)
      : []),
    ...(abort ? entry('fault', `abort with ${what} for ${shareText(abort.share)} ${source(fault.origin)}`) : []),
  ];
}

export function corsLines(cors: CorsPolicy | null): readonly string[] {
  if (cors === null) return [];
  const origins = cors.allowOrigins.length > 0 ? cors.allowOrigins.map(textOf).join(' or ') : 'is nobody';
  const whose = cors.forwardsUnmatched ? `whose origin ${origins}` : 'of every origin';
  return entry('CORS', `preflights ${whose} are answered 200 by this proxy ${source(cors.origin)}`);
}

export function rateLimitLines(limit: EffectiveRateLimit): readonly string[] {
  return entry('rate limit', rateLimitText(limit));
}

function headerLines(operations: HeaderOperations | null): readonly string[] {
  if (operations === null) return [];
  const parts = [
    ...Object.entries(operations.set).map(([name, value]) => `set ${visible(name)}: ${visible(value)}`),
    ...Object.entries(operations.add).map(([name, value]) => `add ${visible(name)}: ${visible(value)}`),
    ...operations.remove.map((name) => `remove ${visible(name)}`),
  ];
  return parts.length > 0 ? entry('headers', parts.join(', ')) : [];
}

function actionLines(
  { action, origin }: EffectiveRule,
  written: RetryPolicy | null,
  asked: string | null,
): readonly string[] {
  if (action.kind === 'redirect') return entry('redirect', redirectText(action.redirect));
  if (action.kind === 'direct-response') return entry('answer', `${action.status}, from this proxy`);
  return [
    ...destinationLines(action.destinations),
    ...rewriteLines(action.rewrite),
    ...entry('timeout', asked ?? timeoutText(action, origin)),
    ...retryLines(action.retry, written),
    ...mirrorLines(action),
  ];
}

function timeoutText({ timeoutMs }: Forward, origin: Origin | null): string {
  return timeoutMs === null ? 'none (default)' : `${durationText(timeoutMs)} ${source(origin)}`;
}

/** Where it goes, one destination a line. */
export function destinationLines(destinations: readonly EffectiveDestination[]): readonly string[] {
  return destinations.flatMap((destination, i) => [
    ...entry(
      i === 0 ? 'to' : '',
      `${shareText(destination.share)} to ${refText(destination.cluster)} ${source(destination.origin)}`,
    ),
    ...headerLines(destination.requestHeaders),
  ]);
}

function rewriteLines(rewrite: Rewrite | null): readonly string[] {
  if (rewrite === null) return [];
  const parts = [
    ...(rewrite.uri === null ? [] : [`path to ${visible(rewrite.uri)}`]),
    ...(rewrite.uriRegex === null
      ? []
      : [`path by ${visible(rewrite.uriRegex.match)} to ${visible(rewrite.uriRegex.rewrite)}`]),
    ...(rewrite.authority === null ? [] : [`authority to ${visible(rewrite.authority)}`]),
  ];
  return entry('rewrite', parts.join(', '));
}

function mirrorLines({ mirrors }: Forward): readonly string[] {
  return mirrors.flatMap(({ cluster, share, origin }) =>
    entry('mirror', `${shareText(share)} to ${refText(cluster)} ${source(origin)}`),
  );
}

function retryLines(retry: EffectiveRetry | null, written: RetryPolicy | null): readonly string[] {
  if (retry === null) return entry('retries', 'none: switched off');
  const codes = retry.statusCodes.length > 0 ? ` [${retry.statusCodes.join(' ')}]` : '';
  const on = `${retry.on.map(visible).join(', ')}${codes}`;
  const perTry = retry.perTryTimeoutMs === null ? 'none' : durationText(retry.perTryTimeoutMs);
  const isDropped = retry.perTryTimeoutMs === null && (written?.perTryTimeoutMs ?? null) !== null;
  const hosts = retry.avoidPreviousHosts ? 'rather one not tried yet' : 'any, tried or not';
  const backoff = `${durationText(retry.backoffBaseMs)} to ${durationText(retry.backoffMaxMs)}`;
  return [
    ...entry('retries', `${retry.attempts} after the first try ${source(retry.origin)}`),
    ...entry('  on', `${on}${mark(written === null || written.retryOn.length === 0)}`),
    ...entry(
      '  per try',
      isDropped
        ? 'none: what is written is no shorter than the timeout'
        : `${perTry}${mark(written?.perTryTimeoutMs == null)}`,
    ),
    ...entry('  back-off', `${backoff}${mark(written?.backoffMs == null)}`),
    ...entry('  hosts', `${hosts}${mark(written?.retryIgnorePreviousHosts == null)}`),
    ...(retry.avoidPreviousPriorities ? entry('  zones', 'others after every two tries') : []),
  ];
}

function redirectText({ status, uri, authority, scheme, port }: Redirect): string {
  const parts = [
    ...(scheme === null ? [] : [`scheme ${visible(scheme)}`]),
    ...(authority === null ? [] : [`authority ${visible(authority)}`]),
    ...(port === null ? [] : [`port ${port}`]),
    ...(uri === null ? [] : [`path ${visible(uri)}`]),
  ];
  return [`${status}`, ...parts].join(', ');
}

/** `reviews:9080 subset v2`. */
function refText({ service, host, port, subset }: ClusterRef): string {
  const name = service === null ? host : shortServiceName(service);
  return `${visible(name)}:${port}${subset === null ? '' : ` subset ${visible(subset)}`}`;
}
