import type { Reach, RunDescription, StoppingRule, TrafficSpec } from '../analysis/index.js';
import { flagNames, statusName } from '../dataplane/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import { disturbanceOf, type Fault, type Scenario } from '../scenario/index.js';
import { type Blueprint, settingOf, stepSeconds, type World } from '../world/index.js';

export interface DescribeOptions {
  readonly version: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Until when replications are played; null: as many as the scenario says. */
  readonly rule: StoppingRule | null;
}

/**
 * What a report says beside what was seen. `world`: one of those that were played; null: nobody asks where the settings stand
 * that cost time.
 */
export function describe(blueprint: Blueprint, world: World | null, options: DescribeOptions): RunDescription {
  const { scenario } = blueprint;
  const { warmupMs, durationMs, seed } = scenario.run;
  return {
    version: options.version,
    scenario: scenario.name,
    seed,
    warmupMs,
    durationMs,
    stepSeconds: stepSeconds(durationMs / 1000),
    traffic: trafficSpecs(scenario),
    objectives: scenario.objectives,
    marks: scenario.faults.filter(({ atMs }) => atMs < durationMs).map((fault) => markOf(fault, durationMs)),
    disturbance: disturbanceOf(scenario),
    diagnostics: options.diagnostics,
    precision: options.rule?.targets ?? null,
    naming: { code: statusName, flags: flagNames },
    reach: world === null ? NOWHERE : reachOf(blueprint, world),
  };
}

export function trafficSpecs({ traffic }: Scenario): readonly TrafficSpec[] {
  return traffic.map(({ name, load }) => ({ name, kind: load.kind === 'closed' ? 'closed' : 'open' }));
}

const NOWHERE: Reach = { writtenAt: () => null };

/** `world`: one of those that were played. */
export function reachOf(blueprint: Blueprint, world: World): Reach {
  return { writtenAt: (source, destination, mechanism) => settingOf(world, blueprint, source, destination, mechanism) };
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
