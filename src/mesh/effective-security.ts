import type { Origin } from './origin.js';
import type {
  AuthorizationPolicy,
  Condition,
  JwtRule,
  MutualTlsMode,
  RequestAuthentication,
  Token,
} from './security.js';
import type { Workload } from './workload.js';

/** The mode that holds for a port of a workload. */
export interface EffectiveMutualTls {
  readonly mode: MutualTlsMode;
  /** Null: nobody wrote it. */
  readonly origin: Origin | null;
}

/** The policies that act on a workload's requests, the root namespace's first, then by age. */
export interface WorkloadPolicies {
  readonly tokens: readonly RequestAuthentication[];
  readonly custom: readonly AuthorizationPolicy[];
  readonly audit: readonly AuthorizationPolicy[];
  readonly deny: readonly AuthorizationPolicy[];
  readonly allow: readonly AuthorizationPolicy[];
}

/**
 * How connections of a proxy to the pods of a workload turn out. `refused`: plaintext, which the server accepts and then
 * closes without a byte; `certificate-refused`: TLS that the server ends because of the caller's certificate, or for want of
 * one, when for the caller the handshake of TLS 1.3 is over; `handshake-failure`: TLS that does not come about.
 */
export type Transport = 'plaintext' | 'mutual-tls' | 'tls' | 'refused' | 'certificate-refused' | 'handshake-failure';

/** How the connections of one cluster come in at the pods of a workload. */
export interface Entrance {
  /** That the pods listen on. */
  readonly port: number;
  readonly transport: Transport;
  readonly isMutual: boolean;
  /** What judges there sees requests, and not connections alone. */
  readonly isHttp: boolean;
  /** Null: none is sent, or nobody looks at it. */
  readonly serverName: string | null;
}

/** What a server's sidecar, or a gateway, knows of a request when it judges it. */
export interface RequestFacts {
  /** Whose certificate the caller has shown; null: none. */
  readonly peer: Pick<Workload, 'namespace' | 'serviceAccount'> | null;
  /** Address that the connection comes from; null: nobody gave it. */
  readonly peerAddress: string | null;
  /** Address of the client, before the proxies that speak for it; null: nobody gave it. */
  readonly clientAddress: string | null;
  /** That the pods, or the gateway, listen on. */
  readonly port: number;
  /** Null: not TLS. */
  readonly serverName: string | null;
  /** Null: not HTTP, of which nothing but the connection is known. */
  readonly http: HttpFacts | null;
}

export interface HttpFacts {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The whole `:authority`, with its port if it has one. */
  readonly host: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null: none. */
  readonly token: Token | null;
}

/** What becomes of a token: none that any rule sees, one that a rule takes, or one for which the request is refused. */
export type TokenVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'valid'; readonly rule: JwtRule; readonly token: Token }
  | { readonly kind: 'refused'; readonly status: 401 | 403 };

export interface AuthorizationVerdict {
  readonly allowed: boolean;
  /** The policy that decides it; null: there is none to allow or deny it, or no ALLOW policy matches. */
  readonly by: AuthorizationPolicy | null;
  /** Conditions that had to be decided without knowing what they look at. */
  readonly guessed: readonly Condition[];
}
