import type { ClusterConfig, Message, Plan, PlanVersions, ServerSide } from '../dataplane/index.js';
import { Planner } from './planner.js';
import type { PlannerContext, PlanningCaller } from './planning.js';

/**
 * The plans of one caller in every version of the configuration that a run goes through, each made at first use. Hosts
 * and clusters have the same numbers in all of them, so that what does not change goes on. A caller without a proxy is
 * sent no configuration: the first stays.
 */
export class PlanBook implements PlanVersions {
  readonly #caller: PlanningCaller;
  readonly #contexts: readonly PlannerContext[]; // by version
  readonly #planners: Planner[] = []; // by version
  readonly #hosts = new Map<string, number>();
  readonly #clusters = new Map<string, number>();
  readonly #serverSides = new Map<Plan, ServerSide[]>(); // by version

  constructor(caller: PlanningCaller, contexts: readonly PlannerContext[]) {
    this.#caller = caller;
    this.#contexts = contexts;
  }

  plan(message: Message, version = 0): Plan {
    return this.planner(this.#caller.station?.workload?.proxy == null ? 0 : version).plan(message);
  }

  planner(version: number): Planner {
    let planner = this.#planners[version];
    if (planner === undefined) {
      planner = new Planner(this.#caller, this.#contexts[version]!, version, this);
      this.#planners[version] = planner;
    }
    return planner;
  }

  serverSide(plan: Plan, version: number): ServerSide {
    let byVersion = this.#serverSides.get(plan);
    if (byVersion === undefined) {
      byVersion = [];
      this.#serverSides.set(plan, byVersion);
    }
    byVersion[version] ??= this.planner(version).clusters.serverSide(plan.message, plan.pods) ?? plan.server;
    return byVersion[version];
  }

  /** Every plan made so far. */
  *plans(): Iterable<Plan> {
    for (const planner of this.#planners) if (planner !== undefined) yield* planner.plans;
  }

  hostIndex(host: string): number {
    return indexOf(this.#hosts, host);
  }

  /** Of all versions, those that agree in everything have the same number. `key`: how the caller names the cluster. */
  clusterIndex(key: string, told: ToldOfCluster): number {
    return indexOf(this.#clusters, this.#contexts.length === 1 ? key : `${key} ${contentOf(told)}`);
  }
}

function indexOf(known: Map<string, number>, key: string): number {
  let index = known.get(key);
  if (index === undefined) {
    index = known.size;
    known.set(key, index);
  }
  return index;
}

/** What the caller's proxy is told of a cluster: not what the servers' own sidecars limit and judge. */
type ToldOfCluster = Pick<ClusterConfig, 'effective' | 'pods' | 'weights' | 'streams' | 'transports'>;

/** Without where it is written. */
function contentOf({ pods, ...told }: ToldOfCluster): string {
  const hosts = pods.map(({ workload, ordinal }) => [workload, ordinal]);
  return JSON.stringify([told, hosts], (key, value) => {
    if (key === 'origin' || key === 'poolOrigin' || key === 'service') return undefined;
    return value === Infinity ? 'unlimited' : value;
  });
}
