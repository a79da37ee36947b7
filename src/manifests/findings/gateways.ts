import type { Gateway, GatewayServer, Service } from '../../mesh/index.js';
import { selects } from '../labels.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/** Ports that an installation's own gateway may have beside those of the implied one. Source: analysis/local/defaults.go. */
const ASSUMED_PORTS: ReadonlySet<number> = new Set([80, 443, 31_400, 15_443]);

/**
 * Gateways that get in each other's way (IST0145), and servers on a port that no Service brings traffic to (IST0162).
 * Source: Istio 1.32, pkg/config/analysis/analyzers/gateway.
 */
export function findGatewayFaults(view: MeshView, findings: Findings): void {
  const { gateways } = view.mesh;
  for (const gateway of gateways) {
    reportUnservedPorts(view, gateway, findings);
    for (const other of gateways) if (other !== gateway) reportConflicts(view, gateway, other, findings);
  }
}

function reportConflicts(view: MeshView, gateway: Gateway, other: Gateway, findings: Findings): void {
  const [labels, otherLabels] = [gateway.selector, other.selector];
  const isNested = selects(labels, otherLabels) || selects(otherLabels, labels);
  if (
    !isNested ||
    !view.mesh.workloads.some((pod) => selects(labels, pod.labels) && selects(otherLabels, pod.labels))
  ) {
    return;
  }
  for (const [port, server] of lastByPort(gateway)) {
    const rival = lastByPort(other).get(port);
    const shared = rival && server.hosts.find(({ host }) => rival.hosts.some((offer) => offer.host === host));
    if (!shared || server.bind !== rival.bind) continue;
    const what = `the Gateway ${other.namespace}/${other.name} also serves '${shared.host}' on port ${port}`;
    findings.error('IST0145', field(server, 'port'), what, 'give them different hosts or ports, or merge them');
  }
}

/** The last server on a port stands for it. */
function lastByPort({ servers }: Gateway): ReadonlyMap<number, GatewayServer> {
  return new Map(servers.map((server) => [server.port, server]));
}

function reportUnservedPorts(view: MeshView, gateway: Gateway, findings: Findings): void {
  if (Object.keys(gateway.selector).length === 0) return;
  const pods = view.mesh.workloads.filter(({ labels }) => selects(gateway.selector, labels));
  const services = view.mesh.services.filter((service) => pods.some((pod) => view.pods(service).includes(pod)));
  if (pods.length === 0) return; // IST0101 says it
  for (const server of gateway.servers) {
    if (server.port === 0 || services.some((service) => brings(service, server.port))) continue;
    const what = `no Service of these gateway pods has port ${server.port} as its target`;
    const help = 'add the port to the Service, or serve on one of its target ports';
    findings.warning('IST0162', field(server, 'port', 'number'), what, help);
  }
}

/** The implied gateway stands for an installation's real one, whose Service has both its ports and their targets. */
function brings({ ports, origin }: Service, port: number): boolean {
  if (ports.some(({ targetPort }) => targetPort === port)) return true;
  return (origin.generated ?? false) && (ASSUMED_PORTS.has(port) || ports.some(({ number }) => number === port));
}
