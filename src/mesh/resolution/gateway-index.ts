import type { EffectiveHost } from '../effective.js';
import type { Gateway } from '../gateway.js';
import type { Mesh } from '../mesh.js';
import type { RouteSet } from '../routes.js';
import type { Workload } from '../workload.js';
import type { RuleContext } from './effective-rule.js';
import { isExportedTo } from './export-to.js';
import { type BoundServer, type GatewayListener, gatewayListeners, listenerPort } from './gateway-listener.js';
import { type GatewayHost, gatewayHosts, isHttpServer } from './gateway-routes.js';
import { pushTo, remembered } from './grouping.js';
import { covers, normalHost } from './host-name.js';
import type { HostTable } from './host-table.js';
import { selects } from './labels.js';
import { tcpDestinations, tlsDestinations } from './tcp-destinations.js';
import type { WorkloadIndex } from './workload-index.js';

/** Makes the context of routes for one gateway, by its `namespace/name` and the port of its server. */
type ContextMaker = (workload: Workload, gateway: string, port: number) => RuleContext;

/** What the gateway workloads of a mesh do with hosts and ports. */
export class GatewayIndex {
  readonly #gateways: readonly Gateway[];
  readonly #routeSets = new Map<string, RouteSet[]>(); // by `namespace/name` of the Gateway, oldest first
  readonly #workloads: WorkloadIndex;
  readonly #contextFor: ContextMaker;
  readonly #listeners = new Map<Workload, readonly GatewayListener[]>();
  readonly #hosts = new Map<GatewayListener, HostTable<GatewayHost>>();

  /** `routeSets`: oldest first, without delegates. */
  constructor(mesh: Mesh, routeSets: readonly RouteSet[], workloads: WorkloadIndex, contextFor: ContextMaker) {
    this.#gateways = mesh.gateways.toSorted((a, b) => a.age - b.age);
    for (const set of routeSets) for (const gateway of new Set(set.gateways)) pushTo(this.#routeSets, gateway, set);
    this.#workloads = workloads;
    this.#contextFor = contextFor;
  }

  listenersOf(workload: Workload): readonly GatewayListener[] {
    return remembered(this.#listeners, workload, () => {
      const selected = this.#gateways.filter(({ selector }) => selects(selector, workload.labels));
      return gatewayListeners(workload, this.#workloads.servicesOf(workload), selected);
    });
  }

  /** `port` as in a URL or as the pods listen: 80 and 8080 are the same behind a Service that maps one to the other. */
  host(workload: Workload, host: string, port: number): EffectiveHost {
    const number = listenerPort(port, workload, this.#workloads.servicesOf(workload));
    const listener = this.listenersOf(workload).find((candidate) => candidate.port === number);
    if (listener === undefined) return { kind: 'no-listener' };
    return this.#httpHost(workload, listener, host) ?? this.#tcpHost(workload, listener, host) ?? { kind: 'no-route' };
  }

  #httpHost(workload: Workload, listener: GatewayListener, host: string): EffectiveHost | null {
    const hosts = remembered(this.#hosts, listener, () => {
      const context = this.#contextFor(workload, '', firstPort(listener));
      return gatewayHosts(
        listener,
        (bound) => this.#routeSetsOf(workload, bound),
        ({ gateway }) => ({ ...context, gateway: nameOf(gateway) }),
      );
    });
    const found = hosts.find(host);
    return found && { kind: 'routes', domain: found.pattern, service: null, ...found.value };
  }

  /** TCP takes any host; TLS that passes through is told apart by its server name. */
  #tcpHost(workload: Workload, listener: GatewayListener, host: string): EffectiveHost | null {
    for (const bound of listener.servers) {
      const { server, gateway } = bound;
      const isTls = server.protocol !== 'tcp';
      if (isHttpServer(server) || (isTls && !serves(bound, host))) continue;
      const context = this.#contextFor(workload, nameOf(gateway), server.port);
      const routeSets = this.#routeSetsOf(workload, bound);
      const named = isTls ? tlsDestinations(routeSets, host, context) : null;
      const destinations = named ?? tcpDestinations(routeSets, context);
      if (destinations !== null) return { kind: 'tcp', service: null, destinations };
    }
    return null;
  }

  #routeSetsOf(workload: Workload, { gateway }: BoundServer): readonly RouteSet[] {
    const bound = this.#routeSets.get(nameOf(gateway)) ?? [];
    return bound.filter((set) => isExportedTo(workload.namespace, set.namespace, set.exportTo));
  }
}

function serves({ server }: BoundServer, host: string): boolean {
  return server.hosts.some((served) => covers(served.host, normalHost(host)));
}

/** All routes of a listener are made for the port of its first server, as it is written. */
function firstPort(listener: GatewayListener): number {
  return listener.servers[0]!.server.port;
}

function nameOf({ namespace, name }: Gateway): string {
  return `${namespace}/${name}`;
}
