import type { HttpRoute, RouteAction } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs, refuse } from './checks.js';
import type { Context, RuleContext } from './context.js';
import { translateCors } from './cors.js';
import { translateHttpDestinations } from './destination.js';
import { translateDirectResponse } from './direct-response.js';
import { translateFault } from './fault.js';
import { DELEGATE_FIELDS, HTTP_ROUTE_FIELDS } from './fields/virtual-service.js';
import { translateHeaders } from './headers.js';
import { translateHttpMatch } from './http-match.js';
import { translateMirroring } from './mirrors.js';
import { list, section, text } from './read.js';
import { translateRedirect } from './redirect.js';
import { translateRetries } from './retries.js';
import { translateRewrite } from './rewrite.js';

const ACTIONS = ['route', 'redirect', 'directResponse'];

/**
 * One entry of `VirtualService.spec.http`. All that is wrong with it is reported, and the rest translated all the same.
 * Source: Istio 1.32, pilot/pkg/networking/core/route/route.go; pkg/config/validation/virtualservice.go.
 */
export function translateHttpRoute(rule: Section, context: RuleContext): HttpRoute {
  account(rule, HTTP_ROUTE_FIELDS, context);
  checkAction(rule, context.isDelegate);
  const headers = translateHeaders(rule, context);
  return {
    origin: originOf(rule),
    name: text(rule, 'name') || null,
    matches: list(rule, 'match').map((match) => translateHttpMatch(match, context)),
    action: translateAction(rule, context),
    timeoutMs: durationMs(rule, 'timeout'),
    retries: translateRetries(rule, 'retries', context),
    fault: translateFault(rule, context),
    cors: translateCors(rule, context),
    mirroring: translateMirroring(rule, context),
    rewrite: translateRewrite(rule, headers, context),
    requestHeaders: headers.request,
    responseHeaders: headers.response,
  };
}

function translateAction(rule: Section, context: Context): RouteAction {
  const destinations = translateHttpDestinations(rule, context);
  const redirect = translateRedirect(rule, context);
  const response = translateDirectResponse(rule, context);
  const delegate = section(rule, 'delegate');
  account(delegate, DELEGATE_FIELDS, context);
  if (delegate !== null) {
    const namespace = text(delegate, 'namespace') || context.namespace;
    return { kind: 'delegate', name: text(delegate, 'name') ?? '', namespace };
  }
  if (redirect !== null) return { kind: 'redirect', redirect };
  return response ?? { kind: 'forward', destinations };
}

/** What a rule must have, and what excludes what. */
function checkAction(rule: Section, isDelegate: boolean): void {
  const actions = ACTIONS.filter((key) => (key === 'route' ? list(rule, key).length > 0 : rule.has(key)));
  if (rule.has('delegate')) checkDelegate(rule, actions, isDelegate);
  else if (actions.length === 0) {
    refuse(rule, 'the rule has no route, redirect or directResponse', "add 'route: [{ destination: ... }]'");
  }
  for (const key of actions.slice(1)) refuse(rule, `${key} stands beside ${actions[0]}`, 'keep one of them', key);
  if (!rule.has('redirect') && !rule.has('directResponse')) return;
  const action = rule.has('redirect') ? 'redirect' : 'directResponse';
  for (const key of ['fault', 'rewrite'].filter((name) => rule.has(name))) {
    refuse(rule, `${key} stands beside ${action}`, `leave out ${key}: the proxy answers by itself`, key);
  }
}

function checkDelegate(rule: Section, actions: readonly string[], isDelegate: boolean): void {
  if (isDelegate)
    refuse(rule, 'a delegate delegates again', 'only one level is taken: write the route here', 'delegate');
  for (const key of actions) refuse(rule, `${key} stands beside delegate`, 'the delegate says where to go', key);
}
