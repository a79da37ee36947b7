import { asksForClaim, claimWay, type HttpMatch, type StringMatch } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { isDnsLabel } from '../names.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { gatewayNames, port, refuse, selectorLabels } from './checks.js';
import type { Context, RuleContext } from './context.js';
import { HTTP_MATCH_FIELDS } from './fields/virtual-service.js';
import { isHeaderName } from './headers.js';
import { flag, section, text } from './read.js';
import { translateStringMatch } from './string-match.js';

/** Source: Istio 1.32, pkg/config/validation/validation.go, ValidateHTTPHeaderNameOrJwtClaimRoute. */
const PSEUDO_HEADERS: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path', ':status']);
const NAME_HELP = `write letters, digits and '-', or one of ${[...PSEUDO_HEADERS].join(', ')}`;

/** One entry of `match`. Source: Istio 1.32, pilot/pkg/networking/core/route/route.go, TranslateRouteMatch. */
export function translateHttpMatch(match: Section, context: RuleContext): HttpMatch {
  account(match, HTTP_MATCH_FIELDS, context);
  return {
    origin: originOf(match),
    name: text(match, 'name'),
    uri: asked(translateStringMatch(match, 'uri', context)),
    ignoreUriCase: flag(match, 'ignoreUriCase') ?? false,
    method: asked(translateStringMatch(match, 'method', context)),
    authority: asked(translateStringMatch(match, 'authority', context)),
    scheme: asked(translateStringMatch(match, 'scheme', context)),
    headers: translateHeaders(match, 'headers', context),
    withoutHeaders: translateHeaders(match, 'withoutHeaders', context),
    queryParams: translateNamed(match, 'queryParams', context),
    port: port(match, 'port'),
    gateways: gatewayNames(match, context.namespace),
    sourceLabels: selectorLabels(match, 'sourceLabels'),
    sourceNamespace: sourceNamespace(match),
  };
}

/** Every request has a path, a method and so on: asking for their presence asks for nothing. */
function asked(match: StringMatch | null): StringMatch | null {
  return match?.kind === 'present' ? null : match;
}

function translateHeaders(match: Section, key: string, context: RuleContext): Readonly<Record<string, StringMatch>> {
  const headers = Object.create(null) as Record<string, StringMatch>;
  for (const [name, value] of Object.entries(translateNamed(match, key, context))) {
    const at = section(match, key)!;
    if (name === '') refuse(at, 'a header has no name', 'write the name before the colon', name);
    else if (!isHeaderName(name, false) && !PSEUDO_HEADERS.has(name) && !asksForClaim(name)) {
      refuse(at, `${quote(name)} is not a header name`, NAME_HELP, name);
    }
    if (asksForClaim(name)) checkClaim(at, name, context.isAtGateway);
    headers[asksForClaim(name) ? name : name.toLowerCase()] = value;
  }
  return headers;
}

function checkClaim(at: Section, name: string, isAtGateway: boolean): void {
  if (claimWay(name) === null) {
    refuse(at, `${quote(name)} names no claim`, "write one such as '@request.auth.claims[group]'", name);
  } else if (!isAtGateway) {
    const message = `${quote(name)} matches on a token, which only a gateway can`;
    refuse(at, message, "bind the VirtualService with 'gateways'", name);
  }
}

function translateNamed(match: Section, key: string, context: Context): Readonly<Record<string, StringMatch>> {
  const named = Object.create(null) as Record<string, StringMatch>;
  const at = section(match, key);
  for (const name of at?.keys() ?? []) {
    const value = translateStringMatch(at, name, context);
    if (value !== null) named[name] = value;
  }
  return named;
}

export function sourceNamespace(match: Section): string | null {
  const written = text(match, 'sourceNamespace');
  if (written === null || written === '') return null;
  if (!isDnsLabel(written)) {
    refuse(match, `${quote(written)} is not a namespace`, 'write the name of a namespace', 'sourceNamespace');
  }
  return written;
}
