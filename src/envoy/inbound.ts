import {
  type EffectiveInbound,
  isHttpPort,
  isSince,
  type Mesh,
  type MeshResolver,
  type Workload,
} from '../mesh/index.js';
import { inboundName } from './cluster.js';
import { httpFilter, listener, tcpFilter } from './listener.js';
import { perFilter, rateLimits, rateLimitsAnew } from './rate-limit.js';
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
): readonly InboundExport[] {
  return resolver.inboundPorts(workload).map((port) => {
    const protocol = resolver.inboundProtocol(workload, port);
    const effective = resolver.inboundCluster(workload, port);
    const name = inboundName(port);
    if (!isHttpPort(protocol)) {
      const targets = [{ cluster: name, weight: 100 }];
      const filter = tcpFilter(name, targets, effective.limits.idleTimeoutMs);
      return { port, effective, listener: listener(name, address, port, [{ serverNames: [], isHttp: false, filter }]) };
    }
    const retries = isSince(mesh.settings.istioVersion, 24) && protocol !== 'grpc' ? { retry_policy: RETRY } : {};
    const route = { match: { prefix: '/' }, route: { cluster: name, timeout: '0s', ...NO_LIMIT, ...retries } };
    const limits = resolver.inboundRateLimitFilters(workload, port);
    const anew = { ...rateLimitsAnew(limits, 'ofHost'), ...rateLimitsAnew(limits, 'ofRoute') };
    const virtualHosts = [{ name: 'inbound|http', domains: ['*'], routes: [route], ...perFilter(anew) }];
    const filter = httpFilter({ name, virtualHosts, isOutbound: false, isEdge: false, rateLimits: rateLimits(limits) });
    return { port, effective, listener: listener(name, address, port, [{ serverNames: [], isHttp: true, filter }]) };
  });
}

/** Source: Istio 1.31, pilot/pkg/networking/core/route/retry/retry.go, `DefaultInboundHTTPPolicy`. */
const RETRY = {
  retry_on: 'reset-before-request',
  num_retries: 2,
};
const NO_LIMIT = { max_stream_duration: { max_stream_duration: '0s', grpc_timeout_header_max: '0s' } };
