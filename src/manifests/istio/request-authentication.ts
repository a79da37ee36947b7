import type { JwtRule, RequestAuthentication } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs, refuse } from './checks.js';
import type { Context } from './context.js';
import {
  CLAIM_TO_HEADER_FIELDS,
  FROM_HEADER_FIELDS,
  JWT_RULE_FIELDS,
  REQUEST_AUTHENTICATION_FIELDS,
} from './fields/authentication.js';
import { policySelector, policyTargets } from './policy-scope.js';
import { flag, list, section, text, texts } from './read.js';

/**
 * A RequestAuthentication. Empty names the CRD's schema has refused.
 * Source: Istio 1.32, pkg/config/validation/validation.go, ValidateRequestAuthentication and validateJwtRule.
 */
export function translateRequestAuthentication(resource: Resource, context: Context): RequestAuthentication {
  const { section: root, name, namespace, age } = resource;
  const spec = section(root, 'spec');
  account(spec, REQUEST_AUTHENTICATION_FIELDS, context);
  const selector = policySelector(spec, context);
  const rules = list(spec, 'jwtRules').map((rule) => translateJwtRule(rule, context));
  const attached = policyTargets(spec);
  return { origin: originOf(root), name, namespace, selector, rules, age, ...attached };
}

function translateJwtRule(rule: Section, context: Context): JwtRule {
  account(rule, JWT_RULE_FIELDS, context);
  const issuer = text(rule, 'issuer') ?? '';
  checkKeys(rule, issuer);
  durationMs(rule, 'timeout');
  return {
    origin: originOf(rule),
    issuer,
    audiences: texts(rule, 'audiences'),
    readsBearer: readsBearer(rule, context),
    forwardsToken: flag(rule, 'forwardOriginalToken') ?? false,
    claimHeaders: list(rule, 'outputClaimToHeaders').map((entry) => claimHeader(entry, context)),
    spaceDelimitedClaims: texts(rule, 'spaceDelimitedClaims'),
  };
}

function checkKeys(rule: Section, issuer: string): void {
  const uriKey = rule.has('jwksUri') ? 'jwksUri' : 'jwks_uri';
  const uri = text(rule, uriKey) ?? '';
  if (issuer === '' && uri === '') refuse(rule, 'the rule has no issuer', "add 'issuer: ...'");
  if (uri !== '' && !/^https?:\/\//.test(uri)) {
    refuse(rule, `${quote(uri)} is no http or https address`, "write 'https://...'", uriKey);
  }
  const keys = text(rule, 'jwks') ?? '';
  if (keys !== '' && !isJson(keys)) refuse(rule, 'jwks is no JSON Web Key Set', 'write one in JSON', 'jwks');
  if (keys !== '' && uri !== '') refuse(rule, `jwks stands beside ${uriKey}`, 'keep one of them', 'jwks');
}

function isJson(keys: string): boolean {
  try {
    return typeof JSON.parse(keys) === 'object';
  } catch {
    return false;
  }
}

/** Without any location Envoy looks there, else only where it is told to. */
function readsBearer(rule: Section, context: Context): boolean {
  const headers = list(rule, 'fromHeaders');
  for (const header of headers) account(header, FROM_HEADER_FIELDS, context);
  const isElsewhere = ['fromParams', 'fromCookies'].some((key) => texts(rule, key).length > 0);
  if (headers.length === 0) return !isElsewhere;
  return headers.some((header) => {
    const isStandard = text(header, 'name')?.toLowerCase() === 'authorization';
    return isStandard && (text(header, 'prefix') ?? '').trim() === 'Bearer';
  });
}

function claimHeader(entry: Section, context: Context): JwtRule['claimHeaders'][number] {
  account(entry, CLAIM_TO_HEADER_FIELDS, context);
  return { header: (text(entry, 'header') ?? '').toLowerCase(), claim: text(entry, 'claim') ?? '' };
}
