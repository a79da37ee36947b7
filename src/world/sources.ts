import type { MessageBook, Plane, Pod } from '../dataplane/index.js';
import { sampler } from '../engine/index.js';
import type { Load as LoadSpec, TrafficSource as SourceSpec } from '../scenario/index.js';
import { EdgeRow, TrafficRecorder } from '../telemetry/index.js';
import {
  type Entry,
  GAPS,
  type Load,
  type MixEntry,
  RateProfile,
  TrafficSource,
  UserProfile,
} from '../traffic/index.js';
import type { Blueprint } from './blueprint.js';
import { requestMessage } from './messages.js';
import { PlanBook } from './plan-book.js';
import type { PlannerContext } from './planning.js';
import { writtenStatus } from './programs.js';

/** What a source is built from beside its own specification. */
export interface SourceContext {
  readonly blueprint: Blueprint;
  readonly plane: Plane;
  readonly messages: MessageBook;
  /** By version of the configuration. */
  readonly planning: readonly PlannerContext[];
  /** By station. */
  readonly pods: readonly (readonly Pod[])[];
  /** By station. */
  readonly planners: readonly PlanBook[];
  readonly stepMs: number;
}

export function makeSource(spec: SourceSpec, index: number, context: SourceContext): TrafficSource {
  const { blueprint, plane, stepMs } = context;
  const { warmupMs, durationMs } = blueprint.scenario.run;
  const zone = spec.zone === null ? -1 : blueprint.zones.indexOf(spec.zone);
  return new TrafficSource(plane, {
    index,
    number: spec.number,
    name: spec.name,
    entry: entryOf(spec, context),
    site: { zone, workload: -1, lost: false, client: null },
    load: loadOf(spec.load, spec.arrivals, warmupMs),
    mix: mixOf(spec, context),
    connections: spec.connections,
    timeout: spec.timeoutMs === null ? null : plane.sim.lane(spec.timeoutMs),
    fromMs: warmupMs,
    untilMs: warmupMs + durationMs,
    recorder: new TrafficRecorder(durationMs, stepMs),
    row: new EdgeRow({
      source: spec.name,
      destination: entryName(spec),
      workload: null,
      version: null,
      proxied: false,
    }),
  });
}

function entryName({ from, name }: SourceSpec): string {
  return from.kind === 'outside' ? name : from.name;
}

function entryOf({ from }: SourceSpec, { blueprint, pods }: SourceContext): Entry {
  if (from.kind === 'outside') return { kind: 'outside' };
  const station = blueprint.byName.get(from.name)!;
  return { kind: from.kind, pods: pods[station.index]! };
}

function mixOf(spec: SourceSpec, { blueprint, messages, planners, planning }: SourceContext): MixEntry[] {
  const { from, name } = spec;
  const planner =
    from.kind === 'outside'
      ? new PlanBook({ name, station: null }, planning)
      : planners[blueprint.byName.get(from.name)!.index]!;
  let upTo = 0;
  return spec.requests.map((request) => {
    const message = messages.intern(requestMessage(request));
    upTo += request.share;
    return { upTo, message, expected: request.expect.map(writtenStatus), plan: planner.plan(message) };
  });
}

function loadOf(load: LoadSpec, arrivals: SourceSpec['arrivals'], warmupMs: number): Load {
  switch (load.kind) {
    case 'open': {
      const gap = arrivals.kind === 'jittered' ? GAPS.jittered(arrivals.share) : GAPS[arrivals.kind];
      return { kind: 'open', profile: new RateProfile(load.stages, warmupMs), gap };
    }
    case 'closed':
      return {
        kind: 'closed',
        profile: new UserProfile(load.stages, warmupMs),
        think: sampler(load.think),
        lockstep: load.lockstep,
      };
    case 'replay': {
      const played = load.atMs.map((atMs, i) => ({ atMs: atMs + warmupMs, entry: load.request[i]! }));
      const heard = played.filter(({ atMs }) => atMs >= 0);
      return { kind: 'replay', atMs: heard.map(({ atMs }) => atMs), entry: heard.map(({ entry }) => entry) };
    }
  }
}
