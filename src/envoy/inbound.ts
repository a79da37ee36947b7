import {
  type EffectiveInbound,
  isHttpPort,
  isSince,
  type Mesh,
  type MeshResolver,
  type MutualTlsMode,
  type Workload,
} from '../mesh/index.js';
import { type Policies, rbacFilters } from './authorization.js';
import { inboundName } from './cluster.js';
import { type FilterChain, httpFilter, listener, SNIFFED_HTTP, tcpFilter } from './listener.js';
import { perFilter, rateLimits, rateLimitsAnew } from './rate-limit.js';
import { type Certificates, identityOf, MESH_PROTOCOLS, meshServerTls } from './tls.js';
import type { Message } from './words.js';

export interface InboundExport {
  readonly port: number;
  readonly listener: Message;
  readonly effective: EffectiveInbound;
}

/** The server side of a sidecar: a listener for each port that a service leads to. */
export function inboundListeners(
  mesh: Mesh,
  resolver: MeshResolver,
  workload: Workload,
  address: string,
  certificates: Certificates | null,
  judged: Policies,
): readonly InboundExport[] {
  return resolver.inboundPorts(workload).map((port) => {
    const effective = resolver.inboundCluster(workload, port);
    const protocol = resolver.inboundProtocol(workload, port);
    const filters = {
      tcp: [
        ...rbacFilters(judged, false),
        tcpFilter(inboundName(port), [{ cluster: inboundName(port), weight: 100 }], effective.limits.idleTimeoutMs),
      ],
      http: isHttpPort(protocol) ? [httpAt(port, mesh, resolver, workload, judged)] : null,
      isSniffed: protocol === 'auto',
    };
    const mode = certificates === null ? 'disable' : resolver.mutualTls(workload, port).mode;
    const socket = certificates && meshServerTls(identityOf(workload), certificates);
    const chains = [...tlsChains(mode, filters, socket), ...plainChains(mode, filters)];
    return { port, effective, listener: listener(inboundName(port), address, port, chains) };
  });
}

/** What becomes of connections; `http` null: the port declares TCP. */
interface Filters {
  readonly tcp: readonly Message[];
  readonly http: readonly Message[] | null;
  /** It declares nothing. */
  readonly isSniffed: boolean;
}

/** PERMISSIVE tells the mesh's own TLS from an application's. */
function tlsChains(mode: MutualTlsMode, { http, tcp }: Filters, socket: Message | null): readonly FilterChain[] {
  if (mode === 'disable') return [];
  const own = mode === 'strict' ? {} : { application_protocols: MESH_PROTOCOLS };
  return [{ match: { transport_protocol: 'tls', ...own }, filters: http ?? tcp, socket }];
}

function plainChains(mode: MutualTlsMode, { http, tcp, isSniffed }: Filters): readonly FilterChain[] {
  if (mode === 'strict') return [];
  const rest = { match: {}, filters: tcp, socket: null };
  if (http === null) return [rest];
  if (isSniffed) return [{ match: SNIFFED_HTTP, filters: http, socket: null }, rest];
  return [{ match: mode === 'disable' ? {} : { transport_protocol: 'raw_buffer' }, filters: http, socket: null }];
}

function httpAt(port: number, mesh: Mesh, resolver: MeshResolver, workload: Workload, judged: Policies): Message {
  const name = inboundName(port);
  const isRetried = isSince(mesh.settings.istioVersion, 24) && resolver.inboundProtocol(workload, port) !== 'grpc';
  const retries = isRetried ? { retry_policy: RETRY } : {};
  const route = { match: { prefix: '/' }, route: { cluster: name, timeout: '0s', ...NO_LIMIT, ...retries } };
  const limits = resolver.inboundRateLimitFilters(workload, port);
  const anew = { ...rateLimitsAnew(limits, 'ofHost'), ...rateLimitsAnew(limits, 'ofRoute') };
  const virtualHosts = [{ name: 'inbound|http', domains: ['*'], routes: [route], ...perFilter(anew) }];
  return httpFilter({
    name,
    virtualHosts,
    side: 'inbound',
    rateLimits: rateLimits(limits),
    policies: rbacFilters(judged, true),
  });
}

/** Source: Istio 1.31, pilot/pkg/networking/core/route/retry/retry.go, `DefaultInboundHTTPPolicy`. */
const RETRY = {
  retry_on: 'reset-before-request',
  num_retries: 2,
};
const NO_LIMIT = { max_stream_duration: { max_stream_duration: '0s', grpc_timeout_header_max: '0s' } };
