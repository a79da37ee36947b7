import type { UndecidedReason } from '../analysis/index.js';

const REASONS: Readonly<Record<UndecidedReason, string>> = {
  failingBefore: 'it was already failing before its faults',
  otherLoad: 'it is under another load after them than before',
  draining: 'it still works off a backlog when the time is over, and may recover later',
  moving: 'it still gets better or worse when the time is over',
  tooLittle: 'there is too little time or traffic on either side of them',
  disagree: 'some replications recover and others do not',
};

/** Why nobody knows whether a mesh recovers; goes on after a colon. Null: the reason was not kept. */
export function undecidedText(reason: UndecidedReason | null): string {
  return reason === null ? 'no reason is known' : REASONS[reason];
}
