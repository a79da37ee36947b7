import type { Diagnostic } from '../diagnostics/index.js';
import { findWarmup, type Pilot } from '../parallel/pilot.js';
import type { Scenario } from '../scenario/index.js';
import type { Blueprint, Loaded } from '../world/index.js';
import type { Outside } from './outside.js';
import { Progress } from './progress.js';

interface Given {
  readonly blueprint: Blueprint;
  readonly loaded: Loaded;
  readonly found: readonly Diagnostic[];
}

/** The same run with the warm-up that its traffic needs, where nobody has written one. Says what it finds. */
export async function withWarmup<T extends Given>(plan: T, outside: Outside, signal: AbortSignal): Promise<T> {
  const { scenario } = plan.blueprint;
  if (scenario.run.isWarmupWritten) return plan;
  const progress = new Progress(outside);
  outside.err(`Looking for the end of the warm-up of ${scenario.name}\n`);
  const onProgress = (share: number) => progress.show(share);
  const pilot = await findWarmup(plan.blueprint, { onProgress, signal }).finally(() => progress.end());
  if (pilot === null) return plan;
  if (pilot.warmupMs === null) return { ...plan, found: [...plan.found, unsettled(scenario, pilot)] };
  const run = { ...scenario.run, warmupMs: pilot.warmupMs };
  return {
    ...plan,
    blueprint: { ...plan.blueprint, scenario: { ...scenario, run } },
    loaded: { ...plan.loaded, scenario: { ...plan.loaded.scenario, run } },
  };
}

function unsettled({ file, name, run }: Scenario, { lengthMs }: Pilot): Diagnostic {
  return {
    code: 'not-steady',
    severity: 'warning',
    refuses: false,
    message: `latencies or successes still change after ${lengthMs / 1000} s of the traffic as it begins: the warm-up stays ${run.warmupMs / 1000} s`,
    help: 'the mesh may be overloaded; else write run.warmup',
    file,
    line: 1,
    column: 1,
    resource: { kind: 'Scenario', namespace: '', name },
  };
}
