import type { FaultPolicy } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs, refuse } from './checks.js';
import { DEPRECATED } from './codes.js';
import type { Context } from './context.js';
import { ABORT_FIELDS, DELAY_FIELDS, FAULT_FIELDS, PERCENTAGE_FIELDS } from './fields/virtual-service.js';
import { number, section, text } from './read.js';
import { grpcStatusOf } from './status-codes.js';

/** Envoy casts the coin in millionths: the smallest share above none is one of them, in per cent. */
const LEAST_PERCENT = 0.0001;

/** `fault` of a rule. Source: Istio 1.32, pkg/config/validation, validateHTTPFaultInjection; core/route/route.go. */
export function translateFault(rule: Section, context: Context): FaultPolicy | null {
  const fault = section(rule, 'fault');
  if (fault === null) return null;
  account(fault, FAULT_FIELDS, context);
  if (!fault.has('abort') && !fault.has('delay')) {
    refuse(rule, 'the fault has neither abort nor delay', "add 'delay:' or 'abort:'", 'fault');
  }
  return { origin: originOf(fault), delay: translateDelay(fault, context), abort: translateAbort(fault, context) };
}

function translateDelay(fault: Section, context: Context): FaultPolicy['delay'] {
  const delay = section(fault, 'delay');
  if (delay === null) return null;
  account(delay, DELAY_FIELDS, context);
  const delayMs = durationMs(delay, 'fixedDelay');
  if (delay.has('exponentialDelay')) {
    refuse(delay, 'exponentialDelay is not supported by Istio', "use 'fixedDelay'", 'exponentialDelay');
  }
  const share = shareOf(delay, context) ?? wholePercent(delay);
  return delayMs === null ? null : { share, delayMs }; // one without a duration passes the webhook, and does nothing
}

/** The old `percent`, which counts only without `percentage`. */
function wholePercent(delay: Section): number {
  const percent = number(delay, 'percent') ?? 0;
  if (percent < 0) refuse(delay, `${quote(String(percent))} is negative`, 'write a number from 0 to 100', 'percent');
  else if (percent > 0) {
    delay.warning(DEPRECATED, 'delay.percent is deprecated', `write 'percentage: { value: ${percent} }'`, 'percent');
  }
  return Math.min(Math.max(percent, 0), 100) / 100;
}

function translateAbort(fault: Section, context: Context): FaultPolicy['abort'] {
  const abort = section(fault, 'abort');
  if (abort === null) return null;
  account(abort, ABORT_FIELDS, context);
  const status = number(abort, 'httpStatus');
  if (status !== null && (status < 200 || status > 600)) {
    refuse(
      abort,
      `${quote(String(status))} is no status to abort with`,
      'write a number from 200 to 599',
      'httpStatus',
    );
  }
  const grpcName = text(abort, 'grpcStatus') || null;
  const grpcStatus = grpcName === null ? null : grpcStatusOf(grpcName);
  if (grpcName !== null && grpcStatus === null) {
    refuse(abort, `${quote(grpcName)} is no gRPC status`, "write a name such as 'UNAVAILABLE'", 'grpcStatus');
  }
  if (abort.has('http2Error')) {
    refuse(abort, 'http2Error is not supported by Istio', "use 'httpStatus' or 'grpcStatus'", 'http2Error');
  }
  if (status === null && grpcStatus === null) return null; // passes the webhook, and does nothing
  return { share: shareOf(abort, context) ?? 0, status, grpcStatus };
}

/** `percentage` as a ratio cut to millionths; null when it is not written. */
function shareOf(parent: Section, context: Context): number | null {
  const percentage = section(parent, 'percentage');
  if (percentage === null) return null;
  account(percentage, PERCENTAGE_FIELDS, context);
  const value = number(percentage, 'value') ?? 0;
  if (value !== 0 && !(value >= LEAST_PERCENT && value <= 100)) {
    const help = `write 0, or a number from ${LEAST_PERCENT} to 100`;
    refuse(percentage, `${quote(String(value))} is not a percentage`, help, 'value');
    return 0;
  }
  return millionths(value);
}

/**
 * Per cent to a ratio, cut to millionths as istiod does, whose product in floating point makes 12.3456 % 123,455 of them.
 * Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `translatePercentToFractionalPercent`.
 */
export function millionths(percent: number): number {
  return Math.floor(percent * 10_000) / 1_000_000;
}
