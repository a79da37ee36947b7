import type { Reach, RunDescription, StoppingRule, TrafficSpec } from '../analysis/index.js';
import { flagNames, statusName } from '../dataplane/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import { disturbanceOf, type Fault, type Scenario } from '../scenario/index.js';
import {
  type Blueprint,
  type FieldPlaces,
  ignoresFailures,
  NO_FIELDS,
  settingOf,
  stepSeconds,
  type World,
  type Written,
} from '../world/index.js';

export interface DescribeOptions {
  readonly version: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Until when replications are played; null: as many as the scenario says. */
  readonly rule: StoppingRule | null;
  /** By default no more is known than where what holds a setting begins. */
  readonly fields?: FieldPlaces;
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
    reach: world === null ? NOWHERE : reachOf({ world, blueprint, fields: options.fields ?? NO_FIELDS }),
  };
}

export function trafficSpecs({ traffic }: Scenario): readonly TrafficSpec[] {
  return traffic.map(({ name, load }) => ({ name, kind: load.kind === 'closed' ? 'closed' : 'open' }));
}

const NOWHERE: Reach = { writtenAt: () => null, ignores: () => false };

/** The world is one of those that were played. */
export function reachOf(written: Written): Reach {
  return {
    writtenAt: (edge, effect) => settingOf(written, edge, effect),
    ignores: (source, destination) => ignoresFailures(written.world, written.blueprint, source, destination),
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
