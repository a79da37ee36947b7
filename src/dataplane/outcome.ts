import type { AddressedRandom } from '../engine/index.js';
import { drawForStrand } from './draws.js';
import { type Status, statusIn } from './status.js';
import type { Strand } from './strand.js';

/** Draws of the faults that act on an application stand behind those of any program: first delays, then errors. */
export const FAULT_SLOT = 1 << 20;

/** What an application answers once its steps are done: faults first, then the endpoint's own coin. */
export function outcomeOf(random: AddressedRandom, strand: Strand): Status {
  const { attempt, place, program } = strand;
  const fault = struckStatus(random, strand);
  if (fault !== null) return fault;
  if (program.errors.length === 0) return program.status;
  const u = drawForStrand(random, attempt, place, program.errorSlot);
  for (const { upTo, status } of program.errors) if (u < upTo) return status;
  return program.status;
}

/** What a fault has it answer, in file order, each an independent coin; null: none does. */
export function struckStatus(random: AddressedRandom, { attempt, place }: Strand): Status | null {
  const faults = attempt.pod.workloadRuntime.errors;
  for (let i = 0; i < faults.length; i++) {
    const { share, status } = faults[i]!;
    if (share < 1 && drawForStrand(random, attempt, place, 2 * FAULT_SLOT + i) >= share) continue;
    return statusIn(attempt.message.protocol, status);
  }
  return null;
}
