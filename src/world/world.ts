import { ControlPlane, PodLifecycle } from '../changes/index.js';
import {
  assemblePlane,
  type Message,
  MessageBook,
  type Plane,
  type Pod,
  type Programs,
  type WorkloadRuntime,
} from '../dataplane/index.js';
import { runKey } from '../engine/index.js';
import type { Condition } from '../mesh/index.js';
import { disturbanceOf } from '../scenario/index.js';
import { EdgeBook, type Recording, type WorkloadRecord } from '../telemetry/index.js';
import { SOURCE_TIMER, type TrafficRequest, type TrafficSource } from '../traffic/index.js';
import { Admissions } from './admissions.js';
import { BacklogWatch } from './backlog-watch.js';
import type { Blueprint } from './blueprint.js';
import { scheduleFaults, schedulePushes } from './fault-schedule.js';
import { FaultWatch } from './fault-watch.js';
import { makeNetwork } from './network.js';
import { Observation } from './observation.js';
import { PlanBook } from './plan-book.js';
import type { PlannerContext } from './planning.js';
import { makePods } from './pods.js';
import { ProgramBook } from './programs.js';
import { proxyMemory } from './proxy-memory.js';
import { RateLimitBook } from './rate-limits.js';
import { Relay } from './relay.js';
import { makeSource } from './sources.js';
import { stepSeconds } from './timeline-step.js';

/** How often a run looks whether too much is in flight. */
const EVENTS_BETWEEN_LOOKS = 4096;

/** One replication, put together and ready to run once. */
export class World {
  readonly plane: Plane;
  readonly sources: readonly TrafficSource[];
  readonly planners: readonly PlanBook[];
  readonly programs: readonly Programs[];
  readonly pods: readonly (readonly Pod[])[];
  /** Conditions of policies that had to be decided without knowing what they look at. */
  readonly guessed = new Set<Condition>();
  /** End of warm-up, and of the duration. */
  readonly warmupMs: number;
  readonly untilMs: number;
  readonly #blueprint: Blueprint;
  readonly #replication: number;
  readonly #edges = new EdgeBook();
  readonly #observation: Observation;
  readonly #faultWatch: FaultWatch;
  readonly #backlogWatch: BacklogWatch;
  #stopped: Recording['stopped'] = null;

  constructor(blueprint: Blueprint, replication: number) {
    const { scenario, stations, zones } = blueprint;
    const key = runKey(scenario.run.seed, replication);
    const messages = new MessageBook();
    this.#blueprint = blueprint;
    this.warmupMs = scenario.run.warmupMs;
    this.untilMs = scenario.run.warmupMs + scenario.run.durationMs;
    this.#replication = replication;
    const plane = assemblePlane(key, makeNetwork(zones, scenario.network), (timer) => {
      if (timer.kind === SOURCE_TIMER) this.#sourceTimedOut(timer.owner as TrafficRequest);
    });
    this.plane = plane;
    const pods: (readonly Pod[])[] = [];
    const runtimes: WorkloadRuntime[] = [];
    const limits = new RateLimitBook();
    const planning = blueprint.configurations.map((configuration): PlannerContext => {
      const inVersion = { ...blueprint, ...configuration };
      const admissions = new Admissions(inVersion, messages, this.guessed);
      return { blueprint: inVersion, plane, edges: this.#edges, messages, limits, admissions, pods };
    });
    this.planners = stations.map((station) => new PlanBook({ name: station.name, station }, planning));
    this.programs = stations.map(({ index, behaviour, kind, workload }) => {
      const plan = (message: Message) => this.planners[index]!.plan(message);
      if (kind === 'waypoint' || kind === 'gateway') return new Relay(workload!.origin, plan);
      return new ProgramBook(behaviour, { sim: plane.sim, messages, plan });
    });
    for (const station of stations) {
      const made = makePods(blueprint, station, plane, key, this.programs[station.index]!);
      pods.push(made.pods);
      runtimes.push(made.runtime);
    }
    this.pods = pods;
    const stepMs = 1000 * stepSeconds(scenario.run.durationMs / 1000);
    const context = { blueprint, plane, messages, planning, pods, planners: this.planners, stepMs };
    this.sources = scenario.traffic.map((spec, index) => makeSource(spec, index, context));
    this.#observation = new Observation(plane, pods.flat());
    this.#backlogWatch = new BacklogWatch(plane, { fromMs: this.warmupMs, untilMs: this.untilMs, stepMs });
    const { endpointDelayMs, nodes } = scenario.platform;
    const proxies = pods.flat().flatMap(({ proxy }) => proxy ?? []);
    const { pushes } = blueprint.mesh.settings;
    const controlPlane = new ControlPlane(plane.sim, proxies, { endpointDelayMs, cores: nodes.cpu, pushes });
    const lifecycle = new PodLifecycle(plane, controlPlane, { nodeLostMs: scenario.platform.nodeLostMs });
    const { sources } = this;
    const { warmupMs } = scenario.run;
    const watch = new FaultWatch(disturbanceOf(scenario), () => this.#edges.rows);
    this.#faultWatch = watch;
    const struck = { blueprint, plane, lifecycle, controlPlane, runtimes, pods, sources, watch };
    scheduleFaults(scenario.faults, warmupMs, struck);
    schedulePushes(blueprint.changes, warmupMs, controlPlane, plane);
  }

  /** Sets everything going: traffic, faults and observation. Once. */
  start(): void {
    const { sim } = this.plane;
    const { drainMs } = this.#blueprint.scenario.run;
    const { warmupMs, untilMs } = this;
    this.#observation.scheduleAt(warmupMs, untilMs);
    // From here on the run may be over after each event: none goes on into the next.
    sim.queue.schedule(
      sim.event(() => sim.queue.hold(), null),
      untilMs,
    );
    // The clock goes on to the end, even when nothing is left to happen.
    sim.queue.schedule(
      sim.event(() => {}, null),
      untilMs + drainMs,
    );
    for (const source of this.sources) source.start();
  }

  /** Handles up to `events` events; true when the run is over. */
  advance(events: number): boolean {
    const { drainMs, maxInFlight } = this.#blueprint.scenario.run;
    const { plane, untilMs } = this;
    const backlogWatch = this.#backlogWatch;
    for (let n = 0; n < events; n++) {
      if (!plane.sim.step()) return true;
      const { nowMs } = plane.sim;
      if (nowMs >= backlogWatch.dueMs) backlogWatch.look(nowMs);
      if (nowMs >= untilMs && (nowMs >= untilMs + drainMs || !this.#isAnyOutstanding())) return true;
    }
    if (Math.max(plane.attempts.live, plane.calls.live, this.#waiting()) <= maxInFlight) return false;
    this.#stopped = { reason: `more than ${maxInFlight} requests in flight`, atSeconds: this.#nowSeconds };
    return true;
  }

  /** From 0 to 1. */
  get progress(): number {
    return Math.min(1, this.plane.sim.nowMs / this.untilMs);
  }

  /** What was seen up to now. Once, after the last `advance`. `reason`: why the run ends before its time. */
  finish(reason: string | null = null): Recording {
    if (reason !== null) this.#stopped = { reason, atSeconds: this.#nowSeconds };
    return this.#record(this.#stopped);
  }

  /** Plays the traffic to its end. */
  run(): Recording {
    this.start();
    while (!this.advance(EVENTS_BETWEEN_LOOKS));
    return this.finish();
  }

  get #nowSeconds(): number {
    return (this.plane.sim.nowMs - this.warmupMs) / 1000;
  }

  #isAnyOutstanding(): boolean {
    for (const source of this.sources) if (source.outstanding > 0) return true;
    return false;
  }

  #waiting(): number {
    let waiting = 0;
    for (const { requests } of this.sources) waiting += requests.live;
    return waiting;
  }

  #sourceTimedOut(request: TrafficRequest): void {
    this.sources[request.source]!.onTimeout(request);
  }

  #record(stopped: Recording['stopped']): Recording {
    const { plane, sources } = this;
    this.#observation.close();
    for (const call of plane.calls.all) if (call.phase !== 'over') plane.ending.recordInFlight(call);
    for (const source of sources) source.recordInFlight();
    for (const pod of this.pods.flat()) for (const cluster of pod.proxy?.clusters ?? []) cluster?.addActiveEjections();
    return {
      replication: this.#replication,
      events: plane.sim.queue.handled,
      hops: plane.hops,
      traffic: sources.map(({ options }) => options.recorder),
      edges: this.#edges.rows,
      aroundFaults: this.#faultWatch.seen,
      levels: this.#backlogWatch.levels,
      workloads: this.#workloads(),
      arrived: sources.reduce((sum, { options }) => sum + options.recorder.requests, 0),
      observedMs: this.#observation.observedMs,
      stopped,
    };
  }

  #workloads(): WorkloadRecord[] {
    const { stations, scenario } = this.#blueprint;
    const memory = proxyMemory(this.pods, scenario.platform.proxyCost);
    return stations.map(({ index, name, kind, service, version, threads, cpuLimit, behaviour }) => {
      const pods = this.pods[index]!;
      const cores = threads === null ? 0 : Math.min(cpuLimit, threads);
      return {
        name,
        kind,
        service,
        version,
        replicas: pods.length,
        ...this.#observation.sum(pods),
        cores: cores * pods.length,
        workers: (behaviour?.workers ?? Infinity) * pods.length,
        proxyMemoryBytes: memory[index]!,
      };
    });
  }
}
