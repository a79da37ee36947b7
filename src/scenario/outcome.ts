import type { Value } from '../reading/index.js';
import { closest, quote } from '../reading/index.js';
import type { CallFailure, Outcome } from './types.js';

/** By number. Source: grpc/grpc, doc/statuscodes.md. */
const GRPC_NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
const FINAL_STATUS = /^[2-5]\d\d$/;

/** An HTTP status (200..599), a gRPC status by name, or as `grpc:14`; null when it is none. */
export function parseOutcome(text: string): Outcome | null {
  if (FINAL_STATUS.test(text)) return { kind: 'http', status: Number(text) };
  const status = /^grpc:\d\d?$/.test(text) ? Number(text.slice(5)) : GRPC_NAMES.indexOf(text);
  return status >= 0 && status < GRPC_NAMES.length ? { kind: 'grpc', status } : null;
}

/** Reads an outcome, or reports that it is none. */
export function outcomeOf(value: Value): Outcome | null {
  const outcome = parseOutcome(value.written);
  if (outcome === null) {
    const near = closest(value.written, GRPC_NAMES);
    const help = near
      ? `did you mean "${near}"?`
      : "write a status from 200 to 599, or a gRPC status such as 'UNAVAILABLE'";
    value.refuse('bad-status', `${quote(value.written)} is not a status`, help);
  }
  return outcome;
}

/** Reads a list of outcomes; those that are none are reported and left out. */
export function outcomesOf(value: Value | null): CallFailure[] {
  return (value?.asList() ?? []).flatMap((entry) => {
    const outcome = outcomeOf(entry);
    if (outcome === null) return [];
    return outcome.kind === 'http' ? { kind: 'status', status: outcome.status } : outcome;
  });
}
