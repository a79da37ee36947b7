import type { Recording } from '../telemetry/index.js';
import type { RunDescription } from './findings.js';
import type { StabilityReport } from './report-document.js';
import { type DisturbanceSpec, isHeld, stabilityOf } from './stability.js';
import { loopText, sustainingLoop } from './sustaining-loop.js';

/** What became of the mesh after the faults, and what keeps it from being what it was. */
export function stabilityReport(
  recordings: readonly Recording[],
  { traffic, reach }: Pick<RunDescription, 'traffic' | 'reach'>,
  disturbance: DisturbanceSpec,
): StabilityReport {
  const { verdict, afterSeconds, reason } = stabilityOf(recordings, traffic, disturbance);
  const loop = isHeld(verdict) ? sustainingLoop(recordings, disturbance, reach) : null;
  return { verdict, afterSeconds, reason, loop: loop && loopText(loop) };
}
