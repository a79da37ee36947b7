import type { LocalityGroup } from '../mesh/index.js';
import type { Attempt } from './attempt.js';
import { Balancer, type Balancing } from './balancer.js';
import type { Call } from './call.js';
import { drawForAttempt, PICK, PRIORITY, REPICK } from './draws.js';
import { EdfSchedule } from './edf-schedule.js';
import { type HashTable, hashRequest, type RequestHash } from './hash-table.js';
import { HostWeights } from './host-weights.js';
import type { ClusterConfig } from './plan.js';
import type { Plane } from './plane.js';
import type { Pod } from './pod.js';
import { type PriorityHosts, priorityLoads } from './priorities.js';
import type { ProxyProcess } from './proxy.js';

/** Picks after the first that a retry makes to find a host not tried yet (host_selection_retry_max_attempts). */
const REPICKS = 5;
/** A retry to other localities leaves out the priorities tried so far after every so many tries. */
const TRIES_PER_PRIORITY = 2;
/** An available host counts for so much more (overprovisioning factor). */
const OVERPROVISIONING = 1.4;

/** Who of one priority can be picked, and how. */
interface Priority {
  readonly all: Balancer;
  /** Where localities have weights, and there is no panic: first a locality, then a host of it. */
  readonly localities: WeightedLocalities | null;
  /** Under consistent hashing. */
  readonly table: HashTable | null;
}

/** The hosts of one priority, by locality. */
interface Members {
  readonly groups: readonly { readonly weight: number | null; readonly hosts: readonly number[] }[];
  readonly hosts: readonly number[];
  readonly healthy: readonly number[];
}

/** Whom one proxy process picks from the hosts of a cluster: priorities, localities, balancer. */
export class HostSelection {
  readonly #plane: Plane;
  readonly #proxy: ProxyProcess;
  readonly #config: ClusterConfig;
  readonly #activeBy: Int32Array;
  readonly #listed: readonly Pod['listed'][];
  readonly #isHealthy: (host: number) => boolean;
  readonly #weights: HostWeights;
  readonly #callerHash: RequestHash | null;
  readonly #isDialled: boolean;
  #groups: readonly LocalityGroup[] = [];
  #known: readonly number[] | null = null; // members that the groups were made of
  #priorities: readonly Priority[] = [];
  #sizes: readonly PriorityHosts[] = [];
  #upTo: readonly number[] = []; // by priority: cumulated shares, per cent
  #resolved: Balancer | null = null; // of a cluster that is dialled by name: whom the resolver gives
  /** Hosts that the proxy was sent, ejected and unhealthy ones included. */
  size = 0;

  /** By host: `listed`, what the proxy knows of it; `isHealthy`, of a host that is a member. */
  constructor(
    plane: Plane,
    proxy: ProxyProcess,
    config: ClusterConfig,
    activeBy: Int32Array,
    listed: readonly Pod['listed'][],
    isHealthy: (host: number) => boolean,
  ) {
    this.#plane = plane;
    this.#proxy = proxy;
    this.#config = config;
    this.#activeBy = activeBy;
    this.#listed = listed;
    this.#isHealthy = isHealthy;
    this.#weights = new HostWeights(config, activeBy, listed, proxy, () => plane.sim.nowMs);
    this.#callerHash = config.hashing?.ofCaller ? hashRequest(proxy.name) : null;
    this.#isDialled = isDialledByName(config.effective);
    this.rebuild();
  }

  /**
   * The host for the next attempt of `call`, whose place is `attempt.place`; -1 when there is none. A retry picks again, at
   * most five times, while it meets a host already tried; the last pick stands.
   */
  pick(call: Call, attempt: Attempt): number {
    const { tried, plan } = call;
    const avoids = tried.length > 0 && plan.retry!.avoidPreviousHosts;
    const upTo = tried.length > 0 && plan.retry!.avoidPreviousPriorities ? this.#upToWithout(tried) : this.#upTo;
    if (this.#isDialled) return this.#dialled(call, attempt);
    if (this.#config.hashing !== null) return this.#pickByHash(call, attempt, upTo, avoids);
    let host = this.#pickOnce(call.worker, attempt, upTo, PICK, PRIORITY);
    for (let again = 0; avoids && again < REPICKS && tried.includes(host); again++) {
      host = this.#pickOnce(call.worker, attempt, upTo, REPICK + again, PRIORITY + 1 + again);
    }
    return host;
  }

  /** The hosts' present health counts from now on. */
  rebuild(): void {
    const members: number[] = [];
    for (let host = 0; host < this.#listed.length; host++) if (this.#listed[host] !== 'gone') members.push(host);
    if (this.#known === null || !areSame(members, this.#known)) {
      this.#groups = this.#config.place(this.#proxy.zone, members);
      this.#known = members;
    }
    const byPriority = this.#byPriority();
    this.#weights.notice(
      members,
      byPriority.flatMap(({ healthy }) => healthy),
    );
    this.size = byPriority.reduce((sum, { hosts }) => sum + hosts.length, 0);
    if (this.#isDialled) this.#resolved = this.#balancer(members.filter((host) => this.#listed[host] === 'ready'));
    this.#sizes = byPriority.map(({ hosts, healthy }) => ({ members: hosts.length, healthy: healthy.length }));
    const { upTo, panics } = priorityLoads(this.#sizes, this.#config.effective.panicThresholdPercent);
    this.#upTo = upTo;
    this.#priorities = byPriority.map((each, at) => this.#priority(each, panics[at]!));
  }

  /**
   * Where the application's connection goes: to one of the addresses that its resolver gave when it was made, as long as
   * that is known, wherever it is and whether or not it is ejected. A retry goes there too.
   * Source: Envoy 1.37, source/extensions/clusters/original_dst, `chooseHost`.
   */
  #dialled(call: Call, attempt: Attempt): number {
    if ((this.#listed[call.dialled] ?? 'gone') === 'gone') {
      const resolved = this.#resolved!;
      if (resolved.draws) drawForAttempt(this.#plane.random, attempt, PICK);
      call.dialled = resolved.pick(call.worker, this.#plane.random);
    }
    return call.dialled;
  }

  #pickOnce(worker: number, attempt: Attempt, upTo: readonly number[], block: number, priorityBlock: number): number {
    const { random } = this.#plane;
    let at = 0;
    if (upTo[0]! < 100) {
      drawForAttempt(random, attempt, priorityBlock);
      at = priorityAt(upTo, random.uniform(0));
    }
    const { all, localities } = this.#priorities[at]!;
    const balancer = localities === null ? all : localities.next(worker);
    if (balancer.draws) drawForAttempt(random, attempt, block);
    return balancer.pick(worker, random);
  }

  /** The key's host, or of a request without the key that of a random one; a retry goes on through the table. */
  #pickByHash(call: Call, attempt: Attempt, upTo: readonly number[], avoids: boolean): number {
    const { random } = this.#plane;
    const hash = call.hash ?? this.#callerHash;
    if (hash === null) drawForAttempt(random, attempt, PICK);
    const position = hash === null ? random.uniform(0) : hash.position;
    const { table } = this.#priorities[priorityAt(upTo, hash === null ? random.uniform(1) : hash.percentile)]!;
    if (table === null) return -1;
    let host = table.pick(position, 0);
    for (let again = 1; avoids && again <= REPICKS && call.tried.includes(host); again++) {
      host = table.pick(position, again);
    }
    return host;
  }

  /**
   * The priorities' shares for a retry that goes elsewhere.
   * Source: Envoy, source/extensions/retry/priority/previous_priorities/previous_priorities.cc.
   */
  #upToWithout(tried: readonly number[]): readonly number[] {
    let since = 0; // when all priorities have been tried, they are tried anew
    let left: readonly PriorityHosts[] = this.#sizes;
    for (let end = TRIES_PER_PRIORITY; end <= tried.length; end++) {
      if ((end - since) % TRIES_PER_PRIORITY !== 0) continue;
      const out = new Set(tried.slice(since, end).map((host) => this.#priorityOf(host)));
      left = this.#sizes.map((size, at) => (out.has(at) ? { ...size, healthy: 0 } : size));
      if (left.some(({ healthy }) => healthy > 0)) continue;
      since = end;
      left = this.#sizes;
    }
    return left === this.#sizes ? this.#upTo : priorityLoads(left, 0).upTo;
  }

  #priorityOf(host: number): number {
    const known = this.#known!.indexOf(host);
    return this.#groups.find(({ endpoints }) => endpoints.includes(known))?.priority ?? -1;
  }

  #byPriority(): readonly Members[] {
    const count = this.#groups.reduce((most, { priority }) => Math.max(most, priority), 0) + 1;
    return Array.from({ length: count }, (_, at) => {
      const groups = this.#groups
        .filter(({ priority }) => priority === at)
        .map(({ weight, endpoints }) => ({ weight, hosts: endpoints.map((i) => this.#known![i]!) }));
      const hosts = groups.flatMap((group) => group.hosts);
      return { groups, hosts, healthy: hosts.filter(this.#isHealthy) };
    });
  }

  #priority({ groups, hosts, healthy }: Members, panics: boolean): Priority {
    const all = this.#balancer(panics ? hosts : healthy);
    const isWeighted = groups.some(({ weight }) => weight !== null);
    const { hashing } = this.#config;
    if (hashing !== null) {
      const flat = isWeighted ? groups : [{ weight: 1, hosts }];
      return { all, localities: null, table: hashing.table(flat, (host) => panics || this.#isHealthy(host)) };
    }
    if (!isWeighted || panics) return { all, localities: null, table: null };
    const open = groups.flatMap((group) => {
      const able = group.hosts.filter(this.#isHealthy);
      const weight = group.weight! * Math.min(1, (OVERPROVISIONING * able.length) / group.hosts.length);
      return weight > 0 ? [{ weight, balancer: this.#balancer(able) }] : [];
    });
    return { all, localities: open.length === 0 ? null : new WeightedLocalities(open, this.#proxy), table: null };
  }

  #balancer(hosts: readonly number[]): Balancer {
    const balancing: Balancing = {
      kind: this.#config.effective.balancer.kind,
      proxy: this.#proxy,
      activeBy: this.#activeBy,
      weightOf: this.#weights.of(hosts),
    };
    return new Balancer(hosts, balancing);
  }
}

/** Localities in turn by their weights, each worker thread by itself. Source: Envoy, HostSetImpl::chooseHealthyLocality. */
class WeightedLocalities {
  readonly #localities: readonly { readonly weight: number; readonly balancer: Balancer }[];
  readonly #proxy: ProxyProcess;
  readonly #schedules: (EdfSchedule | undefined)[] = []; // by worker

  constructor(localities: readonly { readonly weight: number; readonly balancer: Balancer }[], proxy: ProxyProcess) {
    this.#localities = localities;
    this.#proxy = proxy;
  }

  next(worker: number): Balancer {
    const localities = this.#localities;
    if (localities.length === 1) return localities[0]!.balancer;
    let schedule = this.#schedules[worker];
    if (schedule === undefined) {
      schedule = new EdfSchedule(localities.length, (i) => localities[i]!.weight, this.#proxy.draw());
      this.#schedules[worker] = schedule;
    }
    return localities[schedule.next()]!.balancer;
  }
}

/** `u`: a number of [0, 1). */
function priorityAt(upTo: readonly number[], u: number): number {
  const percent = Math.floor(100 * u) + 1;
  let at = 0;
  while (percent > upTo[at]!) at++;
  return at;
}

function areSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Whether the pods of a cluster have names and addresses of their own, of which the application takes one. */
export function isDialledByName({ service, balancer }: ClusterConfig['effective']): boolean {
  return balancer.kind === 'passthrough' && (service.headless || service.resolution === 'none');
}
