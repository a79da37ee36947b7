import fc from 'fast-check';
import { authorizationPolicy, peerAuthentication, requestAuthentication } from './security.js';

/** Policies of security for the pods of a service, some of which let nobody in. */
export function randomPolicies(app: string): fc.Arbitrary<string> {
  const selector = { matchLabels: { app } };
  const scope = { name: app };
  const anyone = { from: [{ source: { principals: ['*'] } }] };
  const peer = fc
    .constantFrom('STRICT', 'PERMISSIVE', 'DISABLE')
    .map((mode) => peerAuthentication({ selector, mtls: { mode } }, scope));
  const rules = fc.constantFrom<readonly object[]>([], [{}], [anyone], [{ to: [{ operation: { methods: ['GET'] } }] }]);
  const authorization = fc.oneof(
    rules.map((allowed) => authorizationPolicy({ selector, rules: allowed }, scope)),
    fc.constant(authorizationPolicy({ selector, action: 'DENY', rules: [anyone] }, scope)),
  );
  const token = fc.constant(requestAuthentication({ selector, jwtRules: [{ issuer: 'i' }] }, scope));
  const none = fc.constant('');
  return fc
    .tuple(fc.oneof(peer, none), fc.oneof(authorization, none, none), fc.oneof(token, none))
    .map((policies) => policies.join(''));
}
