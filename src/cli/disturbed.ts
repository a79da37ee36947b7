import type { Diagnostic, Place } from '../diagnostics/index.js';
import { type Disturbance, disturbanceOf } from '../scenario/index.js';
import type { Blueprint } from '../world/index.js';

/** What a mesh is to recover from; or why nobody could say whether it does. */
export function disturbanceIn(blueprint: Blueprint): Disturbance | Diagnostic {
  const { scenario, stations } = blueprint;
  const { faults, traffic, run, file, name } = scenario;
  const refusal = (code: string, message: string, help: string, { line, column }: Pick<Place, 'line' | 'column'>) => ({
    ...{ code, severity: 'error' as const, refuses: true, message, help, file, line, column },
    resource: { kind: 'Scenario', namespace: '', name },
  });
  const replayed = traffic.find(({ load }) => load.kind === 'replay');
  if (replayed !== undefined) {
    const message = `the traffic of ${replayed.name} is replayed: it can be neither scaled nor prolonged`;
    return refusal('replayed-load', message, 'write a rate for it', replayed.place);
  }
  const disturbance = disturbanceOf(scenario);
  if (disturbance === null) {
    const struck = stations.find(({ kind }) => kind === 'app')?.name ?? 'NAME';
    const message = `no fault ends within the duration of ${run.durationMs / 1000} s: there is nothing to recover from`;
    const help = `write one to spec.faults, such as {at: 30s, for: 10s, slow: {workload: ${struck}, by: 1s}}`;
    return refusal('nothing-to-recover-from', message, help, faults[0]?.place ?? { line: 1, column: 1 });
  }
  const { firstMs, lastMs } = disturbance;
  const lasting = faults.find(({ atMs, forMs }) => atMs > firstMs && atMs <= lastMs && atMs + forMs >= run.durationMs);
  if (lasting === undefined) return disturbance;
  const message = `"${lasting.label}" stays, and begins before the faults that end are over: the mesh is another one then`;
  return refusal('lasting-fault', message, "write how long it lasts ('for'), or leave it out", lasting.place);
}
