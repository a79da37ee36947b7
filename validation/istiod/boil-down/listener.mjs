import { boilPolicies } from './policies.mjs';
import { boilRoute, boilWeighted } from './route.mjs';
import { asked, ms } from './words.mjs';

const HTTP = 'envoy.filters.network.http_connection_manager';
const TCP = 'envoy.filters.network.tcp_proxy';
const EVERYWHERE = '0.0.0.0';
/** Of a waypoint: calls go from the one that ends tunnels to `main_internal`, and from there to those that begin them. */
const TUNNELS = ['connect_terminate', 'connect_originate', 'inner_connect_originate', 'outer_connect_originate'];
const SERVICES = 'main_internal';
export const HBONE_PORT = 15_008;

/**
 * The outbound listeners (a gateway's: all): `http` the virtual hosts, `tcp` where connections go, both by port, and
 * those at a service's own address by `host:port`. `unknown` is where goes what nobody listens for.
 */
export function boilListeners(listeners, routes, hosts) {
  const http = {};
  const tcp = {};
  const services = listeners.find(({ name }) => name === SERVICES);
  if (services !== undefined) return boilWaypoint(services);
  for (const listener of listeners.filter(isOutbound)) {
    const at = keyOf(listener, hosts);
    const chains = [
      ...(listener.filter_chains ?? []),
      ...(listener.default_filter_chain ? [listener.default_filter_chain] : []),
    ];
    for (const chain of chains) {
      const sni = chain.filter_chain_match?.server_names ?? [];
      const manager = chain.filters.find(({ name }) => name === HTTP)?.typed_config;
      const proxy = chain.filters.find(({ name }) => name === TCP)?.typed_config;
      if (manager !== undefined) pushNew(http, at, boilVirtualHosts(manager, routes, sni));
      else if (proxy !== undefined) pushNew(tcp, at, [boilTcp(proxy, sni)]);
    }
  }
  return { http: sorted(http), tcp: sorted(tcp), unknown: unknownOf(listeners) };
}

function isOutbound({ name, address }) {
  return !name.startsWith('virtual') && !TUNNELS.includes(name) && address.socket_address.port_value !== HBONE_PORT;
}

/** A waypoint's: what it does for each port of its services, by `host:port`, and which policies it enforces there. */
function boilWaypoint({ filter_chains: chains }) {
  const [http, tcp, policies] = [{}, {}, {}];
  for (const { name, filters } of chains.filter((chain) => chain.name.startsWith('inbound-vip|'))) {
    const [, port, protocol, host] = name.split('|');
    const at = `${host}:${port}`;
    const manager = filters.find((filter) => filter.name === HTTP)?.typed_config;
    if (manager === undefined) tcp[at] = [boilTcp(filters.find((filter) => filter.name === TCP).typed_config, [])];
    else http[at] = boilVirtualHosts(manager, [], []);
    const acting = boilPolicies(manager?.http_filters ?? filters);
    if (Object.keys(acting).length > 0) policies[`${at} ${protocol}`] = acting;
  }
  return { http: sorted(http), tcp: sorted(tcp), ...asked({ policies: sorted(policies) }), unknown: null };
}

function keyOf({ name, address, filter_chains: chains = [] }, hosts) {
  const socket = address.socket_address;
  if (socket.address === EVERYWHERE) return String(socket.port_value);
  const host = hosts.get(socket.address) ?? headlessHost(chains);
  if (host === undefined) throw new Error(`nobody has the address of ${name}`);
  return `${host}:${socket.port_value}`;
}

/** A headless service has a listener at the address of each of its pods. */
function headlessHost(chains) {
  const filters = chains.flatMap((chain) => chain.filters);
  const routes = filters.find(({ name }) => name === HTTP)?.typed_config.rds.route_config_name;
  return routes?.split(':')[0] ?? filters.find(({ name }) => name === TCP)?.typed_config.cluster?.split('|')[3];
}

function boilVirtualHosts(manager, routes, sni) {
  const config =
    manager.rds === undefined
      ? manager.route_config
      : routes.find(({ name }) => name === manager.rds.route_config_name);
  return (config?.virtual_hosts ?? []).map((host) => ({
    ...asked({ sni, domains: host.domains.filter(isName).sort(), redirectsToHttps: host.require_tls === 'ALL' }),
    routes: (host.routes ?? []).map(boilRoute),
  }));
}

/** Not the address of the service, nor its name with a dot at the end. */
function isName(domain) {
  return !/^[\d.]+$/.test(domain) && !domain.endsWith('.');
}

function boilTcp({ cluster, weighted_clusters: weighted, idle_timeout: idle }, sni) {
  return asked({ sni, to: cluster ?? boilWeighted(weighted), idleTimeoutMs: ms(idle) });
}

function unknownOf(listeners) {
  const outbound = listeners.find(({ name }) => name === 'virtualOutbound');
  const chain = outbound?.filter_chains.find(({ name }) => name === 'virtualOutbound-catchall-tcp');
  return chain?.filters.find(({ name }) => name === TCP).typed_config.cluster ?? null;
}

/** The listeners of a headless service's pods are all alike. */
function pushNew(table, at, entries) {
  table[at] ??= [];
  const known = new Set(table[at].map((entry) => JSON.stringify(entry)));
  table[at].push(...entries.filter((entry) => !known.has(JSON.stringify(entry))));
}

function sorted(table) {
  const byText = (a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  return Object.fromEntries(
    Object.entries(table)
      .sort()
      .map(([at, entries]) => [at, Array.isArray(entries) ? entries.sort(byText) : entries]),
  );
}
