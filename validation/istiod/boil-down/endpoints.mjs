import { asked } from './words.mjs';

/** Where istiogen has its pods. */
const PODS = '127.10.';

/** A ClusterLoadAssignment: groups of endpoints that are alike, in order of priority and locality. `names`: of machines. */
export function boilEndpoints(assignment, isWeighted, names) {
  return (assignment.endpoints ?? []).map((group) => boilGroup(group, isWeighted, names)).sort(inOrder);
}

function boilGroup(
  { priority, locality = {}, load_balancing_weight: weight, lb_endpoints: endpoints = [] },
  isWeighted,
  names,
) {
  const { region = '', zone = '', sub_zone: subzone = '' } = locality;
  const place = [region, zone, subzone].join('/').replace(/\/+$/, '');
  const where = asked({ priority, locality: place || null, weight: isWeighted ? weight : null });
  return { ...where, hosts: alike(endpoints.map((host) => boilHost(host, names))) };
}

function boilHost({ endpoint, health_status: health = 'HEALTHY', load_balancing_weight: weight = 1, metadata }, names) {
  const istio = metadata?.filter_metadata?.istio;
  const tunnel = metadata?.filter_metadata?.['envoy.filters.listener.original_dst'];
  const { address, port } = addressOf(endpoint, tunnel);
  return {
    of: address.startsWith(PODS) ? istio.workload.split(';')[0].replace(/-\d+$/, '') : (names.get(address) ?? address),
    port,
    ...asked({
      weight: weight === 1 ? null : weight,
      health: health === 'HEALTHY' ? null : health,
      mutualTls:
        tunnel !== undefined || metadata?.filter_metadata?.['envoy.transport_socket_match']?.tlsMode === 'istio',
    }),
  };
}

/** A pod that takes HBONE is reached over a listener that opens the tunnel: mutual TLS in any case. */
function addressOf({ address }, tunnel) {
  if (tunnel === undefined) return { address: address.socket_address.address, port: address.socket_address.port_value };
  const [ip, port] = (tunnel.waypoint ?? tunnel.local).split(':');
  return { address: ip, port: Number(port) };
}

/** Endpoints that differ in nothing are one with their number. */
function alike(hosts) {
  const counts = new Map();
  for (const host of hosts) {
    const key = JSON.stringify(host);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort().map(([key, n]) => ({ n, ...JSON.parse(key) }));
}

function inOrder(a, b) {
  const [left, right] = [a, b].map(({ priority = 0, locality = '' }) => `${priority} ${locality}`);
  return left < right ? -1 : left > right ? 1 : 0;
}
