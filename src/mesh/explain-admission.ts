import type { EffectiveCluster } from './effective.js';
import type {
  AuthorizationVerdict,
  EffectiveMutualTls,
  HttpFacts,
  RequestFacts,
  TokenVerdict,
  Transport,
  WorkloadPolicies,
} from './effective-security.js';
import { isHttpPort } from './resolution/effective-cluster.js';
import { listenerPort } from './resolution/gateway-listener.js';
import type { MeshResolver } from './resolution/resolver.js';
import { authorize } from './resolution/security/authorization.js';
import { verifyToken } from './resolution/security/token.js';
import type { Service } from './service.js';
import { type Workload, workloadName } from './workload.js';

/** What a server's sidecar, a gateway or a waypoint makes of a request before it goes on. */
export interface ExplainedAdmission {
  readonly workload: string;
  /** How the connection turns out, and the mode that holds at the server; null: at a gateway, which takes both, or a waypoint. */
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
  return {
    workload: workloadName(gateway),
    transport: null,
    mutualTls: null,
    ...judged(resolver.policies(gateway), facts),
  };
}

/** At a waypoint, before its routes: the caller's ztunnel has shown who calls. */
export function admissionAtWaypoint(
  resolver: MeshResolver,
  waypoint: Workload,
  { caller, service, port }: { readonly caller: Workload; readonly service: Service; readonly port: number },
  http: HttpFacts,
): ExplainedAdmission {
  const protocol = service.ports.find(({ number }) => number === port)?.protocol ?? 'auto';
  const facts = {
    port,
    peer: caller,
    peerAddress: null,
    clientAddress: null,
    serverName: null,
    http: isHttpPort(protocol) ? http : null,
  };
  const policies = resolver.waypointPolicies(waypoint, service);
  return { workload: workloadName(waypoint), transport: null, mutualTls: null, ...judged(policies, facts) };
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
  return { workload: workloadName(server), transport, mutualTls, ...judged(resolver.policies(server), facts) };
}

function judged(
  policies: WorkloadPolicies | null,
  facts: RequestFacts,
): Pick<ExplainedAdmission, 'token' | 'authorization'> {
  if (policies === null) return { token: { kind: 'none' }, authorization: null };
  const token: TokenVerdict = facts.http === null ? { kind: 'none' } : verifyToken(policies.tokens, facts.http);
  return { token, authorization: authorize(policies, facts, token) };
}
