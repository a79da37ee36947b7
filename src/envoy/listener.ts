import type { Placed } from './rate-limit.js';
import { duration, given, type Message, socket, typed } from './words.js';

const HCM = 'envoy.filters.network.http_connection_manager';
const HCM_TYPE = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
/** What servers are told of a client's certificate. Source: Istio 1.31, pilot/pkg/networking/core/listener_inbound.go, gateway.go. */
const CLIENT_CERTIFICATE = {
  outbound: {},
  inbound: {
    forward_client_cert_details: 'APPEND_FORWARD',
    set_current_client_cert_details: { subject: true, dns: true, uri: true },
  },
  gateway: {
    forward_client_cert_details: 'SANITIZE_SET',
    set_current_client_cert_details: { subject: true, cert: true, dns: true, uri: true },
  },
} as const;
const FILTERS = 'envoy.extensions.filters.http';

export interface VirtualHostMessage {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly Message[];
  readonly require_tls?: 'ALL';
  readonly typed_per_filter_config?: Message;
}

/** What is done with requests. */
export interface HttpChain {
  /** Names its statistics and its routes. */
  readonly name: string;
  readonly virtualHosts: readonly VirtualHostMessage[];
  readonly side: 'inbound' | 'outbound' | 'gateway';
  readonly rateLimits: Placed;
  /** Filters that enforce policies on what comes in. */
  readonly policies: readonly Message[];
}

/** What is done with the connections that a listener takes. */
export interface FilterChain {
  /** Envoy's FilterChainMatch; empty: all that no other chain takes. */
  readonly match: Message;
  readonly filters: readonly Message[];
  /** How connections are encrypted; null: as the application does. */
  readonly socket: Message | null;
}

/** Connections that speak HTTP, found by looking at them. */
export const SNIFFED_HTTP = { transport_protocol: 'raw_buffer', application_protocols: ['http/1.1', 'h2c'] };

/** The chains of an address and port; it looks at connections as far as they ask for it. */
export function listener(name: string, address: string, port: number, chains: readonly FilterChain[]): Message {
  const matches = chains.map(({ match }) => match);
  const isSniffed = matches.includes(SNIFFED_HTTP);
  return given({
    name,
    address: socket(address, port),
    max_connections_to_accept_per_socket_event: 1, // workers share connections
    listener_filters_timeout: isSniffed ? '0s' : null,
    listener_filters: [
      ...(matches.some((match) => match !== SNIFFED_HTTP && Object.keys(match).length > 0)
        ? [inspector('tls', 'TlsInspector')]
        : []),
      ...(isSniffed ? [inspector('http', 'HttpInspector')] : []),
    ],
    filter_chains: chains.map(({ match, filters, socket: transport }) =>
      given({
        filter_chain_match: Object.keys(match).length > 0 ? match : null,
        filters,
        transport_socket: transport,
      }),
    ),
  });
}

/** A filter that takes connections as HTTP. */
export function httpFilter({ name, virtualHosts, side, rateLimits, policies }: HttpChain): Message {
  const isOutbound = side !== 'inbound'; // faults are drawn and preflights answered there
  return typed(HCM, HCM_TYPE, {
    stat_prefix: name,
    use_remote_address: side === 'gateway', // its client's addresses are the ones that it sees
    ...CLIENT_CERTIFICATE[side],
    proxy_100_continue: true,
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    normalize_path: true,
    stream_idle_timeout: '0s',
    http_filters: [
      ...rateLimits.first,
      ...policies,
      ...(isOutbound ? [httpPlugin('fault', 'HTTPFault'), httpPlugin('cors', 'Cors')] : []),
      ...rateLimits.last,
      httpPlugin('router', 'Router'),
    ],
    route_config: {
      name,
      validate_clusters: false, // to a cluster that is not there requests are answered 503 NC
      ignore_port_in_host_matching: true,
      max_direct_response_body_size_bytes: 1_048_576,
      virtual_hosts: virtualHosts.map((host) => ({ ...host, include_request_attempt_count: isOutbound })),
    },
  });
}

/** Shares are whole numbers, of their sum. */
export interface TcpTarget {
  readonly cluster: string;
  readonly weight: number;
}

/** A filter that passes bytes on. */
export function tcpFilter(name: string, targets: readonly TcpTarget[], idleTimeoutMs: number | null): Message {
  const [only, ...others] = targets;
  const to =
    others.length === 0
      ? { cluster: only!.cluster }
      : { weighted_clusters: { clusters: targets.map(({ cluster, weight }) => ({ name: cluster, weight })) } };
  return typed(
    'envoy.filters.network.tcp_proxy',
    'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
    given({ stat_prefix: name, ...to, idle_timeout: idleTimeoutMs === null ? null : duration(idleTimeoutMs) }),
  );
}

function httpPlugin(name: 'fault' | 'cors' | 'router', type: string): Message {
  return typed(`envoy.filters.http.${name}`, `${FILTERS}.${name}.v3.${type}`, {});
}

function inspector(name: 'tls' | 'http', type: string): Message {
  const of = `${name}_inspector`;
  return typed(`envoy.filters.listener.${of}`, `envoy.extensions.filters.listener.${of}.v3.${type}`, {});
}
