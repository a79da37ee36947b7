import { asked } from './words.mjs';

const RBAC = ['envoy.filters.http.rbac', 'envoy.filters.network.rbac'];
const JWT = 'envoy.filters.http.jwt_authn';

/** Which rules of AuthorizationPolicies a chain of filters enforces, by action, and whose tokens it verifies. */
export function boilPolicies(filters) {
  const boiled = {};
  for (const { name, typed_config: config } of filters) {
    if (RBAC.includes(name) && config.rules !== undefined) {
      const action = (config.rules.action ?? 'ALLOW').toLowerCase();
      if (boiled[action] !== undefined) throw new Error(`two filters ${action}`);
      boiled[action] = Object.keys(config.rules.policies ?? {}).sort();
    }
    if (name === JWT)
      boiled.issuers = Object.values(config.providers)
        .map(({ issuer }) => issuer)
        .sort();
  }
  return asked(boiled);
}
