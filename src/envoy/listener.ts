import { duration, given, type Message, socket, typed } from './words.js';

const HCM = 'envoy.filters.network.http_connection_manager';
const HCM_TYPE = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const FILTERS = 'envoy.extensions.filters.http';

export interface VirtualHostMessage {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly Message[];
  readonly require_tls?: 'ALL';
}

/** What a listener for HTTP does beside routing. */
export interface HttpChain {
  /** Names its statistics and its routes. */
  readonly name: string;
  readonly virtualHosts: readonly VirtualHostMessage[];
  /** It judges what is sent to others: faults are drawn and preflights answered there. */
  readonly isOutbound: boolean;
  /** Its client's addresses are the ones that it sees: it is a gateway. */
  readonly isEdge: boolean;
}

export function httpListener(address: string, port: number, chain: HttpChain): Message {
  const { name, virtualHosts, isOutbound, isEdge } = chain;
  const manager = typed(HCM, HCM_TYPE, {
    stat_prefix: name,
    use_remote_address: isEdge,
    normalize_path: true,
    stream_idle_timeout: '0s',
    http_filters: [
      ...(isOutbound ? [filter('fault', 'HTTPFault'), filter('cors', 'Cors')] : []),
      filter('router', 'Router'),
    ],
    route_config: {
      name,
      validate_clusters: false, // to a cluster that is not there requests are answered 503 NC
      virtual_hosts: virtualHosts.map((host) => ({ ...host, include_request_attempt_count: true })),
    },
  });
  return listener(name, address, port, manager);
}

/** Shares are whole numbers, of their sum. */
export interface TcpTarget {
  readonly cluster: string;
  readonly weight: number;
}

export function tcpListener(
  name: string,
  address: string,
  port: number,
  targets: readonly TcpTarget[],
  idleTimeoutMs: number | null,
): Message {
  const [only, ...others] = targets;
  const to =
    others.length === 0
      ? { cluster: only!.cluster }
      : { weighted_clusters: { clusters: targets.map(({ cluster, weight }) => ({ name: cluster, weight })) } };
  const proxy = typed(
    'envoy.filters.network.tcp_proxy',
    'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
    given({ stat_prefix: name, ...to, idle_timeout: idleTimeoutMs === null ? null : duration(idleTimeoutMs) }),
  );
  return listener(name, address, port, proxy);
}

function listener(name: string, address: string, port: number, filterMessage: Message): Message {
  return { name, address: socket(address, port), filter_chains: [{ filters: [filterMessage] }] };
}

function filter(name: 'fault' | 'cors' | 'router', type: string): Message {
  return typed(`envoy.filters.http.${name}`, `${FILTERS}.${name}.v3.${type}`, {});
}
