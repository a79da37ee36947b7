import type { Origin } from './origin.js';
import type { Labels } from './service.js';

/** What a server's sidecar takes: plaintext only, both, or mutual TLS only. */
export type MutualTlsMode = 'disable' | 'permissive' | 'strict';

/** What every policy of security has: whose workloads it is about. */
interface Scoped {
  readonly origin: Origin;
  readonly name: string;
  readonly namespace: string;
  /** Null: every workload of the namespace; of the root namespace: of the mesh. */
  readonly selector: Labels | null;
  readonly age: number;
}

/** What a policy is attached to, in its own namespace. */
export interface PolicyTarget {
  readonly origin: Origin;
  readonly kind: 'Gateway' | 'GatewayClass' | 'Service' | 'ServiceEntry';
  readonly name: string;
}

/** A policy that may be about waypoints instead of workloads. */
interface Attachable extends Scoped {
  /** Waypoints alone enforce it, for these. Absent: the workloads that it selects do. */
  readonly targets?: readonly PolicyTarget[];
}

/** A PeerAuthentication. */
export interface PeerAuthentication extends Scoped {
  /** Null: as the wider scope says. */
  readonly mode: MutualTlsMode | null;
  /** By port of the pods. Mode null: as the workload's. */
  readonly portLevel: readonly {
    readonly origin: Origin;
    readonly port: number;
    readonly mode: MutualTlsMode | null;
  }[];
}

/** A token as a request carries it, in `Authorization: Bearer`. Its signature is good. */
export interface Token {
  readonly issuer: string;
  /** JSON values; without `iss`, which is the issuer. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Tokens of one issuer that a RequestAuthentication takes. */
export interface JwtRule {
  readonly origin: Origin;
  /** Empty: any issuer. */
  readonly issuer: string;
  /** Empty: any audience. */
  readonly audiences: readonly string[];
  /** Whether it looks for tokens in `Authorization: Bearer`. */
  readonly readsBearer: boolean;
  /** The token stays in the request when it has been verified. */
  readonly forwardsToken: boolean;
  /** Headers that the request gets from the token. */
  readonly claimHeaders: readonly { readonly header: string; readonly claim: string }[];
  /** Claims whose text is a list of words, beside `scope` and `permission`. */
  readonly spaceDelimitedClaims: readonly string[];
}

/** A RequestAuthentication. */
export interface RequestAuthentication extends Attachable {
  readonly rules: readonly JwtRule[];
}

/** What a condition looks at. Those from `request.host` on have no name in Istio: `hosts`, `methods`, `paths`. */
export type Attribute =
  | 'source.ip'
  | 'remote.ip'
  | 'source.principal'
  | 'source.namespace'
  | 'source.serviceAccount'
  | 'request.auth.principal'
  | 'request.auth.audiences'
  | 'request.auth.presenter'
  | 'request.auth.claims'
  | 'request.headers'
  | 'destination.ip'
  | 'destination.port'
  | 'connection.sni'
  | 'experimental'
  | 'request.host'
  | 'request.method'
  | 'request.path';

/** Holds when one of `values` matches, or there are none, and none of `notValues` does. */
export interface Condition {
  readonly origin: Origin;
  readonly attribute: Attribute;
  /** Of a header its name, in lower case; of a claim the way to it. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly notValues: readonly string[];
}

/** Matches when all of `when` hold, and all of one entry of `from` and of `to`, unless there are none. */
export interface AuthorizationRule {
  readonly origin: Origin;
  readonly from: readonly (readonly Condition[])[];
  readonly to: readonly (readonly Condition[])[];
  readonly when: readonly Condition[];
}

/** An AuthorizationPolicy. Without rules it matches nothing. */
export interface AuthorizationPolicy extends Attachable {
  readonly action: 'allow' | 'deny' | 'audit' | 'custom';
  /** Whom `custom` asks; null for the others. */
  readonly provider: string | null;
  /** Only counted, not enforced. */
  readonly dryRun: boolean;
  readonly rules: readonly AuthorizationRule[];
}
