import { pooledWindows, truncation } from '../analysis/index.js';
import type { Load, Scenario } from '../scenario/index.js';
import type { Recording } from '../telemetry/index.js';
import { type Blueprint, World } from '../world/index.js';
import { play } from './play.js';

const REPLICATIONS = 32;
const FIRST_MS = 60_000;
/** It gives up when so many events did not do, or so much time. */
const MOST_EVENTS = 30_000_000;
const LONGEST_MS = 64 * FIRST_MS;
/**
 * What is left of the beginning when it is lost in the noise of the pilot is not lost in that of many more and longer
 * replications: three times as long leaves the cube of it.
 */
const MARGIN = 3;

export interface Pilot {
  /** Null: latency or success still changed when it gave up. */
  readonly warmupMs: number | null;
  /** Simulated by each of its replications. */
  readonly lengthMs: number;
}

/** What `findWarmup` tells whoever waits, and whom it listens to. */
export interface PilotOptions {
  /** Rough: 0..1, and from the beginning again when it plays longer. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * How long the mesh takes from empty and idle until its latencies and successes are those of a steady state: the traffic as
 * it begins, no faults, in replications that the run itself does not use. Twice as long each time, until the end of the
 * transient lies in the first half. Null: replayed traffic, of which nothing is known before time 0, or interrupted.
 */
export async function findWarmup(blueprint: Blueprint, { onProgress, signal }: PilotOptions): Promise<Pilot | null> {
  if (blueprint.scenario.traffic.some(({ load }) => load.kind === 'replay')) return null;
  for (let lengthMs = FIRST_MS; ; lengthMs *= 2) {
    const recordings: Recording[] = [];
    for (let n = 1; n <= REPLICATIONS; n++) {
      const world = new World(undisturbed(blueprint, lengthMs), -n);
      if (!(await play(world, (share) => onProgress((n - 1 + share) / REPLICATIONS), signal))) return null;
      const recording = world.finish();
      if (recording.stopped !== null) return { warmupMs: null, lengthMs };
      recordings.push(recording);
    }
    const settledMs = Math.max(...blueprint.scenario.traffic.map((_, source) => settledAfterMs(source, recordings)));
    if (settledMs < Infinity) return { warmupMs: MARGIN * settledMs, lengthMs };
    const events = recordings.reduce((sum, recording) => sum + recording.events, 0);
    if (events > MOST_EVENTS || lengthMs >= LONGEST_MS) return { warmupMs: null, lengthMs };
  }
}

/** At least one step of the timeline; Infinity: not within the first half. */
function settledAfterMs(source: number, recordings: readonly Recording[]): number {
  const { stepMs } = recordings[0]!.traffic[source]!;
  const windows = pooledWindows(recordings.map(({ traffic }) => traffic[source]!));
  const steps = windows.map((pooled, step) => ({ fromMs: step * stepMs, pooled }));
  const seen = steps.filter(({ pooled }) => pooled.latency.count > 0);
  const left = [
    truncation(seen.map(({ pooled }) => pooled.latency.meanMs!)),
    truncation(seen.map(({ pooled }) => pooled.succeeded / pooled.arrived)),
  ];
  return Math.max(...left.map((n) => (n === null ? Infinity : Math.max(stepMs, seen[n]?.fromMs ?? 0))));
}

function undisturbed(blueprint: Blueprint, durationMs: number): Blueprint {
  const { scenario } = blueprint;
  const traffic = scenario.traffic.map((source) => ({ ...source, load: asItBegins(source.load) }));
  const run = { ...scenario.run, warmupMs: 0, durationMs };
  const pilot: Scenario = { ...scenario, traffic, faults: [], objectives: [], run };
  return { ...blueprint, scenario: pilot, changes: [] };
}

function asItBegins(load: Load): Load {
  if (load.kind === 'open') {
    const rate = load.stages[0]!.fromPerSecond;
    return { ...load, stages: [{ durationMs: 0, fromPerSecond: rate, toPerSecond: rate }] };
  }
  if (load.kind === 'replay') return load;
  const users = load.stages[0]!.fromUsers;
  return { ...load, stages: [{ durationMs: 0, fromUsers: users, toUsers: users }] };
}
