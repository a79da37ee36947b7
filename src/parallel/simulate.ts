import { setImmediate as nextTurn } from 'node:timers/promises';
import { findingsOf, type Report, type RunDescription } from '../analysis/index.js';
import { flagNames, statusName } from '../dataplane/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import type { Fault } from '../scenario/index.js';
import type { Recording } from '../telemetry/index.js';
import { type Blueprint, settingOf, stepSeconds, World } from '../world/index.js';

export interface SimulateOptions {
  readonly version: string;
  readonly diagnostics: readonly Diagnostic[];
  /** How much is done, 0..1. */
  readonly onProgress: (share: number) => void;
  /** Ends the run early; what is finished is reported. */
  readonly signal: AbortSignal;
}

export interface Simulated {
  readonly report: Report;
  readonly interrupted: boolean;
}

/** Events between two looks at the outside: some 10 ms. */
const SLICE = 20_000;

/** Plays every replication and reports. Interrupted, it reports the replications that are whole, or the part of the first. */
export async function simulate(blueprint: Blueprint, options: SimulateOptions): Promise<Simulated> {
  const { replications } = blueprint.scenario.run;
  const recordings: Recording[] = [];
  let last: World | null = null;
  for (let replication = 0; replication < replications && !options.signal.aborted; replication++) {
    const world = new World(blueprint, replication);
    const share = (progress: number) => options.onProgress((replication + progress) / replications);
    const isWhole = await play(world, share, options.signal);
    if (isWhole || recordings.length === 0) {
      recordings.push(world.finish(isWhole ? null : 'interrupted'));
      last = world;
    }
  }
  const report = findingsOf(recordings, describe(blueprint, last!, options));
  return { report, interrupted: options.signal.aborted };
}

/** Between slices, and at the end, the outside has its turn: many short replications hear Ctrl-C as well as one long one. */
async function play(world: World, onProgress: (share: number) => void, signal: AbortSignal): Promise<boolean> {
  world.start();
  for (;;) {
    const isOver = world.advance(SLICE);
    onProgress(isOver ? 1 : world.progress);
    await nextTurn();
    if (isOver) return true;
    if (signal.aborted) return false;
  }
}

function describe(blueprint: Blueprint, world: World, options: SimulateOptions): RunDescription {
  const { scenario } = blueprint;
  const { warmupMs, durationMs, seed } = scenario.run;
  return {
    version: options.version,
    scenario: scenario.name,
    seed,
    warmupMs,
    durationMs,
    stepSeconds: stepSeconds(durationMs / 1000),
    traffic: scenario.traffic.map(({ name, load }) => ({ name, kind: load.kind === 'closed' ? 'closed' : 'open' })),
    objectives: scenario.objectives,
    marks: scenario.faults.filter(({ atMs }) => atMs < durationMs).map((fault) => markOf(fault, durationMs)),
    diagnostics: options.diagnostics,
    naming: { code: statusName, flags: flagNames },
    reach: {
      writtenAt: (source, destination, mechanism) => settingOf(world, blueprint, source, destination, mechanism),
    },
  };
}

function markOf({ atMs, forMs, label, place }: Fault, durationMs: number) {
  const toSeconds = Math.min(atMs + forMs, durationMs) / 1000;
  return {
    fromSeconds: atMs / 1000,
    toSeconds,
    label,
    file: place.file,
    line: place.line,
  };
}
