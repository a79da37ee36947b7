import { claimWay, type HttpMatch, type HttpRoute } from '../../mesh/index.js';
import { type Field, type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/** The only ones that istiod has a word for; of any other it makes a route without an action. */
const REDIRECT_STATUSES = [301, 302, 303, 307, 308];
const REDIRECT_HELP = 'write 301, 302, 303, 307 or 308';
const STATUS_HELP = 'write a number from 200 to 599';

/**
 * Statuses that the cluster accepts and the proxies refuse: with them they refuse all routes of the port, and go on with
 * those that they had. Source: Istio 1.31, core/route/route.go, `ApplyRedirect`; Envoy's route_components.proto.
 */
export function findRejectedRoutes({ mesh }: MeshView, findings: Findings): void {
  for (const rule of mesh.routeSets.flatMap(({ http }) => http)) checkRule(rule, findings);
}

function checkRule(rule: HttpRoute, findings: Findings): void {
  const { action, fault } = rule;
  for (const match of rule.matches) checkClaims(match, findings);
  if (action.kind === 'redirect' && !REDIRECT_STATUSES.includes(action.redirect.status)) {
    const at = field(rule, 'redirect', 'redirectCode');
    report(at, `redirectCode ${action.redirect.status}`, REDIRECT_HELP, findings);
  }
  if (action.kind === 'direct-response' && isRefused(action.status)) {
    report(field(rule, 'directResponse', 'status'), `status ${action.status}`, STATUS_HELP, findings);
  }
  const abort = fault?.abort?.status ?? null;
  if (abort !== null && isRefused(abort)) {
    report(field(fault!, 'abort', 'httpStatus'), `httpStatus ${abort}`, STATUS_HELP, findings);
  }
}

/** Of a claim istiod cannot ask for presence: it sends a condition without a value. */
function checkClaims(match: HttpMatch, findings: Findings): void {
  for (const key of ['headers', 'withoutHeaders'] as const) {
    for (const [name, { kind }] of Object.entries(match[key])) {
      if (kind !== 'present' || claimWay(name) === null) continue;
      report(field(match, key, name), 'a match on the presence of a claim', 'write \'{ regex: ".+" }\'', findings);
    }
  }
}

/** Beyond 200 to 599 the webhook lets this pass, and a direct response without a status. */
function isRefused(status: number): boolean {
  return status === 600 || status === 0;
}

function report(at: Field, what: string, help: string, findings: Findings): void {
  const message = `proxies refuse ${what}, and with it every route of the port: they keep the routes that they had`;
  findings.error('routes-rejected', at, message, `${help}; it is simulated as it is written`);
}
