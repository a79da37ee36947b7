import { grpcOf, type Status } from './status.js';

/** How an attempt ended, for those who judge it. */
export type AttemptEnd =
  | 'response'
  | 'connect-failure'
  | 'connect-timeout'
  | 'connection-lost'
  | 'per-try-timeout'
  | 'idle-timeout' // of TCP
  | 'overflow';

/** The words of Envoy's `retry_on` that ask for something, a bit each. */
const WORDS = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'refused-stream',
  'retriable-4xx',
  'retriable-status-codes',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
  'envoy-ratelimited',
] as const;
type Word = (typeof WORDS)[number];

const bit = (...words: Word[]) => words.reduce((bits, word) => bits | (1 << WORDS.indexOf(word)), 0);
const ON_RESET = bit('5xx', 'gateway-error', 'reset');
const ON_CONNECT_FAILURE = ON_RESET | bit('connect-failure', 'reset-before-request');
const ON_5XX = bit('5xx');
const ON_GATEWAY_ERROR = bit('gateway-error');
const ON_4XX = bit('retriable-4xx');
const ON_CODES = bit('retriable-status-codes');
const ON_RATE_LIMITED = bit('envoy-ratelimited');
const ON_GRPC = new Map<number, number>([
  [1, bit('cancelled')],
  [4, bit('deadline-exceeded')],
  [13, bit('internal')],
  [8, bit('resource-exhausted')],
  [14, bit('unavailable')],
]);

/** A retry policy, ready to be asked. */
export interface RetryRule {
  readonly attempts: number;
  readonly on: number;
  readonly statusCodes: readonly number[];
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  readonly avoidPreviousHosts: boolean;
  readonly avoidPreviousPriorities: boolean;
}

/** The bits of those words that are known. */
export function retryBits(words: readonly string[]): number {
  return bit(...WORDS.filter((word) => words.includes(word)));
}

/**
 * Whether the policy covers the outcome. Overflow is never covered, and what a rate limit has refused by its own word
 * alone, whatever its status.
 * Source: Envoy, source/common/router/retry_state_impl.cc, wouldRetryFromHeaders and wouldRetryFromReset.
 */
export function isRetriable(rule: RetryRule, end: AttemptEnd, status: Status, isRateLimited = false): boolean {
  switch (end) {
    case 'overflow':
    case 'idle-timeout':
      return false;
    case 'connect-failure':
    case 'connect-timeout':
      return (rule.on & ON_CONNECT_FAILURE) !== 0;
    case 'connection-lost':
    case 'per-try-timeout':
      return (rule.on & ON_RESET) !== 0;
    case 'response':
      return isRateLimited ? (rule.on & ON_RATE_LIMITED) !== 0 : isRetriableResponse(rule, status);
  }
}

function isRetriableResponse(rule: RetryRule, status: Status): boolean {
  const grpc = grpcOf(status);
  if (grpc >= 0) return (rule.on & (ON_GRPC.get(grpc) ?? 0)) !== 0;
  if (status >= 500 && (rule.on & ON_5XX) !== 0) return true;
  if (status >= 502 && status <= 504 && (rule.on & ON_GATEWAY_ERROR) !== 0) return true;
  if (status === 409 && (rule.on & ON_4XX) !== 0) return true;
  return (rule.on & ON_CODES) !== 0 && rule.statusCodes.includes(status);
}

/**
 * The wait before retry `nth` (from 1), given a number of (0, 1): uniform on the whole ms of [0, base x 2^(nth - 1)),
 * where the doubling stops at the last interval that does not pass the cap, which is used from then on.
 * Source: Envoy, source/common/common/backoff_strategy.cc, JitteredExponentialBackOffStrategy.
 */
export function backoffMs(rule: RetryRule, nth: number, u: number): number {
  let intervalMs = rule.backoffBaseMs;
  for (let n = 1; n < nth && intervalMs < rule.backoffMaxMs; n++) {
    intervalMs = Math.min(2 * intervalMs, rule.backoffMaxMs);
  }
  return Math.floor(u * intervalMs);
}
