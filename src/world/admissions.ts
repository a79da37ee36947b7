import type { Doors, Guard, MessageBook, Pod } from '../dataplane/index.js';
import {
  type Condition,
  type EffectiveCluster,
  isHttpPort,
  listenerPort,
  outsideEnd,
  type Service,
  type Transport,
  transportOf,
  type Workload,
} from '../mesh/index.js';
import type { Blueprint } from './blueprint.js';
import { PolicyGuard } from './policy-guard.js';
import type { Station } from './stations.js';

type Door = readonly [Transport, Guard | null];

/** Who gets in where: settled for each caller and each pod before anything runs. */
export class Admissions {
  readonly #guessed: Set<Condition>;
  readonly #blueprint: Blueprint;
  readonly #messages: MessageBook;

  /** Conditions that have to be decided without knowing what they look at are added to `guessed`. */
  constructor(blueprint: Blueprint, messages: MessageBook, guessed: Set<Condition>) {
    this.#guessed = guessed;
    this.#blueprint = blueprint;
    this.#messages = messages;
  }

  /** `caller` null: outside the mesh, or without a proxy. Pods of one workload are alike. */
  doors(
    pods: readonly Pod[],
    cluster: Pick<EffectiveCluster, 'service' | 'port' | 'tlsMode' | 'serverName' | 'tunnels'>,
    caller: Workload | null,
  ): Doors {
    const byWorkload = new Map<number, Door>();
    const doors = pods.map((pod) => {
      const station = this.#blueprint.stations[pod.workload]!;
      if (station.workload === null) return this.#outside(station, pod, cluster);
      const door = byWorkload.get(pod.workload) ?? this.#door(station.workload, cluster, caller);
      byWorkload.set(pod.workload, door);
      return door;
    });
    return { transports: doors.map(([transport]) => transport), guards: doors.map(([, guard]) => guard) };
  }

  /** What a gateway asks of the requests that it receives at `port` of a URL. Null: nothing. */
  gate(gateway: Workload, port: number): Guard | null {
    const { resolver } = this.#blueprint;
    const policies = resolver.policies(gateway);
    if (policies === null) return null;
    return new PolicyGuard(policies, this.#messages, this.#guessed, {
      port: listenerPort(port, gateway, resolver.servicesOf(gateway)),
      isHttp: true,
      isEdge: true,
      readsServerName: true,
      peer: null,
      serverName: null,
    });
  }

  #door(server: Workload, cluster: Parameters<Admissions['doors']>[1], caller: Workload | null): Door {
    const { resolver } = this.#blueprint;
    if (server.role === 'waypoint') return this.#waypointDoor(server, cluster.service, cluster.port, caller);
    const { port, transport, isMutual, isHttp, serverName } = resolver.entrance(server, cluster);
    const policies = server.role === 'gateway' ? null : resolver.policies(server); // a gateway judges as it routes
    if (policies === null) return [transport, null];
    const guard = new PolicyGuard(policies, this.#messages, this.#guessed, {
      port,
      isHttp,
      isEdge: false,
      readsServerName: false,
      peer: isMutual ? caller : null,
      serverName,
    });
    return [transport, guard];
  }

  /** A waypoint judges by the port that was called, before it looks for a route. */
  #waypointDoor(waypoint: Workload, service: Service, port: number, caller: Workload | null): Door {
    const policies = this.#blueprint.resolver.waypointPolicies(waypoint, service);
    if (policies === null) return ['mutual-tls', null];
    const protocol = service.ports.find(({ number }) => number === port)?.protocol ?? 'auto';
    const isHttp = isHttpPort(protocol);
    const at = { port, isHttp, isEdge: false, readsServerName: !isHttp, peer: caller, serverName: null };
    return ['mutual-tls', new PolicyGuard(policies, this.#messages, this.#guessed, at)];
  }

  #outside({ external }: Station, pod: Pod, { tlsMode }: Pick<EffectiveCluster, 'tlsMode'>): Door {
    const labels: Service['endpoints'][number]['labels'] = external?.endpoints[pod.ordinal]?.labels ?? {};
    return [transportOf(tlsMode, outsideEnd(labels)), null];
  }
}
