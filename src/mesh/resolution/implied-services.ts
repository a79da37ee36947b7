import { mirrorsOf } from '../mirrors.js';
import type { RouteSet } from '../routes.js';
import type { EgressListener } from './egress.js';
import { remembered } from './grouping.js';

/** Ports that destinations name, by host; null among them: one names none, and so needs all. */
type PortsByHost = Map<string, Set<number | null>>;

/**
 * The services that a Sidecar lets in because a VirtualService that it lets in sends to them: clusters, not hosts, and
 * for the ports that are named alone.
 * Source: Istio 1.31, pilot/pkg/model/sidecar.go, `collectImportedServices`.
 */
export class ImpliedServices {
  readonly #routeSets: readonly RouteSet[];
  readonly #concreteOf: (host: string) => string;
  readonly #byListener = new Map<EgressListener, PortsByHost>();

  /** `routeSets`: those exported to the proxy's namespace; `concreteOf`: whom a host stands for. */
  constructor(routeSets: readonly RouteSet[], concreteOf: (host: string) => string) {
    this.#routeSets = routeSets;
    this.#concreteOf = concreteOf;
  }

  has(listener: EgressListener, host: string, port: number): boolean {
    const ports = remembered(this.#byListener, listener, () => this.#portsOf(listener)).get(host);
    if (ports === undefined) return false;
    // An entry for one port gives that port, whatever the destination names.
    return listener.port === null ? ports.has(null) || ports.has(port) : listener.port === port;
  }

  #portsOf(listener: EgressListener): PortsByHost {
    const known = this.#routeSets.filter((set) => listener.knowsRoutes(set.namespace, set.hosts));
    const ports: PortsByHost = new Map();
    for (const { host, port } of known.flatMap(destinationsOf)) {
      remembered(ports, this.#concreteOf(host), () => new Set()).add(port);
    }
    return ports;
  }
}

function destinationsOf({ http, tcp }: RouteSet) {
  const forwarded = http.flatMap(({ action }) => (action.kind === 'forward' ? action.destinations : []));
  const mirrored = http.flatMap(({ mirroring }) => mirrorsOf(mirroring).map(({ destination }) => destination));
  return [...forwarded, ...mirrored, ...tcp.flatMap(({ destinations }) => destinations)];
}
