import type { IPeerAuthentication, IRequestAuthentication } from '@kubernetes-models/istio/security.istio.io/v1';
import type { Decisions, EntryOf } from './decision.js';

type PeerSpec = NonNullable<IPeerAuthentication['spec']>;
type RequestSpec = NonNullable<IRequestAuthentication['spec']>;
type JwtRule = EntryOf<RequestSpec['jwtRules']>;

export const PEER_AUTHENTICATION_FIELDS = {
  mtls: 'modelled',
  portLevelMtls: 'modelled',
  selector: 'modelled',
} as const satisfies Decisions<PeerSpec>;

export const MTLS_FIELDS = { mode: 'modelled' } as const satisfies Decisions<NonNullable<PeerSpec['mtls']>>;

export const SELECTOR_FIELDS = { matchLabels: 'modelled' } as const satisfies Decisions<
  NonNullable<PeerSpec['selector']>
>;

export const REQUEST_AUTHENTICATION_FIELDS = {
  jwtRules: 'modelled',
  selector: 'modelled',
  targetRef: 'modelled',
  targetRefs: 'modelled',
} as const satisfies Decisions<RequestSpec>;

export const JWT_RULE_FIELDS = {
  audiences: 'modelled',
  forwardOriginalToken: 'modelled',
  fromCookies: 'modelled', // a token of the Scenario is in no cookie: such a rule sees none
  fromHeaders: 'modelled',
  fromParams: 'modelled', // nor in a parameter
  issuer: 'modelled',
  jwks: 'no-effect', // a token of the Scenario is signed as it should be
  jwks_uri: 'no-effect',
  jwksUri: 'no-effect',
  outputClaimToHeaders: 'modelled',
  outputPayloadToHeader: 'not-modelled',
  spaceDelimitedClaims: 'modelled',
  timeout: 'no-effect', // of fetching the keys
} as const satisfies Decisions<JwtRule>;

export const FROM_HEADER_FIELDS = {
  name: 'modelled',
  prefix: 'modelled',
} as const satisfies Decisions<EntryOf<JwtRule['fromHeaders']>>;

export const CLAIM_TO_HEADER_FIELDS = {
  claim: 'modelled',
  header: 'modelled',
} as const satisfies Decisions<EntryOf<JwtRule['outputClaimToHeaders']>>;
