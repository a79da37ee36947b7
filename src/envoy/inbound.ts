import {
  type EffectiveInbound,
  isHttpPort,
  isSince,
  type Mesh,
  type MeshResolver,
  targetPort,
  type Workload,
} from '../mesh/index.js';
import { inboundName } from './cluster.js';
import { httpListener, tcpListener } from './listener.js';
import type { Message } from './words.js';

export interface InboundExport {
  readonly port: number;
  readonly listener: Message;
  readonly effective: EffectiveInbound | null;
}

/** The server side of a sidecar: a listener for each port that a service leads to. */
export function inboundListeners(
  mesh: Mesh,
  resolver: MeshResolver,
  workload: Workload,
  address: string,
): readonly InboundExport[] {
  return portsOf(resolver, workload).map((port) => {
    const protocol = resolver.inboundProtocol(workload, port);
    const effective = resolver.inbound(workload, port);
    const name = inboundName(port);
    if (!isHttpPort(protocol)) {
      const targets = [{ cluster: name, weight: 100 }];
      const idleTimeoutMs = effective?.limits.idleTimeoutMs ?? null;
      return { port, effective, listener: tcpListener(name, address, port, targets, idleTimeoutMs) };
    }
    const retries = isSince(mesh.settings.istioVersion, 24) && protocol !== 'grpc' ? { retry_policy: RETRY } : {};
    const route = { match: { prefix: '/' }, route: { cluster: name, timeout: '0s', ...NO_LIMIT, ...retries } };
    const virtualHosts = [{ name: 'inbound|http', domains: ['*'], routes: [route] }];
    const chain = { name, virtualHosts, isOutbound: false, isEdge: false };
    return { port, effective, listener: httpListener(address, port, chain) };
  });
}

/** Source: Istio 1.31, pilot/pkg/networking/core/route/retry/retry.go, `DefaultInboundHTTPPolicy`. */
const RETRY = {
  retry_on: 'reset-before-request',
  num_retries: 2,
};
const NO_LIMIT = { max_stream_duration: { max_stream_duration: '0s', grpc_timeout_header_max: '0s' } };

function portsOf(resolver: MeshResolver, workload: Workload): readonly number[] {
  const targets = resolver
    .servicesOf(workload)
    .flatMap(({ ports }) => ports.flatMap(({ protocol, targetPort: to }) => (protocol === 'udp' ? [] : [to])))
    .flatMap((to) => targetPort(to, workload) ?? []);
  return [...new Set(targets)].sort((a, b) => a - b);
}
