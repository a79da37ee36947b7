import { findingsOf, type Report, type RunDescription, type StoppingRule } from '../analysis/index.js';
import { flagNames, statusName } from '../dataplane/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import type { Fault } from '../scenario/index.js';
import { type Blueprint, settingOf, stepSeconds, World } from '../world/index.js';
import { Helpers, type Recruit } from './helpers.js';
import { fixed, Ledger } from './ledger.js';
import { play } from './play.js';
import { untilPrecise } from './until-precise.js';

export interface SimulateOptions {
  readonly version: string;
  readonly diagnostics: readonly Diagnostic[];
  /** How much is done, 0..1. */
  readonly onProgress: (share: number) => void;
  /** Ends the run early; what is finished is reported. */
  readonly signal: AbortSignal;
  readonly recruit: Recruit;
  /** Until when replications are played; null: as many as the scenario says. */
  readonly rule: StoppingRule | null;
}

export interface Simulated {
  readonly report: Report;
  readonly interrupted: boolean;
  /** Threads that played. */
  readonly workers: number;
}

/**
 * Plays every replication and reports: the same, whoever played which. Interrupted, it reports the replications that are
 * whole, or the part of the first. Rejects when a replication fails, and says which.
 */
export async function simulate(blueprint: Blueprint, options: SimulateOptions): Promise<Simulated> {
  const { signal, recruit, onProgress, rule } = options;
  const { run, traffic } = blueprint.scenario;
  const names = traffic.map(({ name }) => name);
  const extent = rule === null ? fixed(run.replications) : untilPrecise(rule, names);
  const ledger = new Ledger(run, extent, onProgress);
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(INTERRUPTED);
  if (signal.aborted) onInterrupt();
  else signal.addEventListener('abort', onInterrupt);
  const helpers = new Helpers(recruit, ledger, stop);
  const first = new World(blueprint, 0);
  try {
    for (const replication of ledger.untaken(stop.signal)) {
      const world = replication === 0 ? first : new World(blueprint, replication);
      const onSlice = (share: number) => {
        ledger.progress(replication, share);
        helpers.lookFor();
      };
      await ledger.record(replication, async () => {
        const isWhole = await play(world, onSlice, stop.signal);
        return isWhole ? world.finish() : null;
      });
    }
    await helpers.done();
  } finally {
    signal.removeEventListener('abort', onInterrupt);
    await helpers.dismiss();
  }
  if (stop.signal.aborted && stop.signal.reason !== INTERRUPTED) throw stop.signal.reason;
  const whole = ledger.recordings;
  const recordings = whole.length > 0 ? whole : [first.finish('interrupted')];
  const report = findingsOf(recordings, describe(blueprint, first, options));
  return { report, interrupted: signal.aborted, workers: 1 + helpers.size };
}

const INTERRUPTED = 'interrupted';

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
    precision: options.rule?.targets ?? null,
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
