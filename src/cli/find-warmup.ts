import type { Diagnostic } from '../diagnostics/index.js';
import { findWarmup, type Pilot } from '../parallel/pilot.js';
import type { Scenario } from '../scenario/index.js';
import type { Blueprint, Loaded } from '../world/index.js';
import type { Outside } from './outside.js';
import { Progress } from './progress.js';
import { withScenario } from './with-scenario.js';

interface Given {
  readonly blueprint: Blueprint;
  readonly loaded: Loaded;
  readonly found: readonly Diagnostic[];
}

/** The same run with the warm-up that its traffic needs, where nobody has written one. Says what it finds. */
export async function withWarmup<T extends Given>(plan: T, outside: Outside, signal: AbortSignal): Promise<T> {
  const { warmupMs, found } = await warmupOf(plan.blueprint, outside, signal);
  return { ...withWarmupOf(plan, warmupMs), found: [...plan.found, ...found] };
}

/** The same run with this warm-up. */
export function withWarmupOf<T extends Pick<Given, 'blueprint' | 'loaded'>>(plan: T, warmupMs: number): T {
  const { scenario } = plan.loaded;
  return withScenario(plan, { ...scenario, run: { ...scenario.run, warmupMs } });
}

/** The warm-up that is written, or that the traffic needs; as it is by default where none can be found, which is reported. */
export async function warmupOf(
  blueprint: Blueprint,
  outside: Outside,
  signal: AbortSignal,
): Promise<{ readonly warmupMs: number; readonly found: readonly Diagnostic[] }> {
  const { scenario } = blueprint;
  const { isWarmupWritten, warmupMs } = scenario.run;
  if (isWarmupWritten) return { warmupMs, found: [] };
  const progress = new Progress(outside);
  outside.err(`Looking for the end of the warm-up of ${scenario.name}\n`);
  const onProgress = (share: number) => progress.show(share);
  const pilot = await findWarmup(blueprint, { onProgress, signal }).finally(() => progress.end());
  if (pilot === null) return { warmupMs, found: [] };
  if (pilot.warmupMs === null) return { warmupMs, found: [unsettled(scenario, pilot)] };
  return { warmupMs: pilot.warmupMs, found: [] };
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
