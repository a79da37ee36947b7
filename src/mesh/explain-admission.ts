import type { EffectiveCluster } from './effective.js';
import type {
  AuthorizationVerdict,
  EffectiveMutualTls,
  HttpFacts,
  RequestFacts,
  TokenVerdict,
  Transport,
} from './effective-security.js';
import { listenerPort } from './resolution/gateway-listener.js';
import type { MeshResolver } from './resolution/resolver.js';
import { authorize } from './resolution/security/authorization.js';
import { verifyToken } from './resolution/security/token.js';
import { type Workload, workloadName } from './workload.js';

/** What a server's sidecar, or a gateway, makes of a request before it goes on. */
export interface ExplainedAdmission {
  readonly workload: string;
  /** How the connection turns out, and the mode that holds at the server; null: at a gateway, which takes both. */
  readonly transport: Transport | null;
  readonly mutualTls: EffectiveMutualTls | null;
  readonly token: TokenVerdict;
  /** Null: no policy acts there. */
  readonly authorization: AuthorizationVerdict | null;
}

/** At a gateway, before its routes. `address`: of the client; null: nobody gave it. */
export function admissionAtGateway(
  resolver: MeshResolver,
  gateway: Workload,
  port: number,
  address: string | null,
  http: HttpFacts,
): ExplainedAdmission {
  const facts = {
    port: listenerPort(port, gateway, resolver.servicesOf(gateway)),
    peer: null,
    peerAddress: address,
    clientAddress: address,
    serverName: null,
    http,
  };
  return { workload: workloadName(gateway), transport: null, mutualTls: null, ...judged(resolver, gateway, facts) };
}

/** At the sidecar of one of the cluster's workloads. */
export function admissionAtServer(
  resolver: MeshResolver,
  caller: Workload,
  cluster: EffectiveCluster,
  server: Workload,
  http: HttpFacts,
): ExplainedAdmission {
  const { port, transport, isMutual, isHttp, serverName } = resolver.entrance(server, cluster);
  const facts = {
    port,
    peer: isMutual ? caller : null,
    peerAddress: null,
    clientAddress: null,
    serverName,
    http: isHttp ? http : null,
  };
  const mutualTls = server.role !== 'app' ? null : resolver.mutualTls(server, port);
  return { workload: workloadName(server), transport, mutualTls, ...judged(resolver, server, facts) };
}

function judged(
  resolver: MeshResolver,
  server: Workload,
  facts: RequestFacts,
): Pick<ExplainedAdmission, 'token' | 'authorization'> {
  const policies = resolver.policies(server);
  if (policies === null) return { token: { kind: 'none' }, authorization: null };
  const token: TokenVerdict = facts.http === null ? { kind: 'none' } : verifyToken(policies.tokens, facts.http);
  return { token, authorization: authorize(policies, facts, token) };
}
