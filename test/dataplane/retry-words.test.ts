import { expect, test } from 'vitest';
import {
  type AttemptEnd,
  backoffMs,
  grpcStatus,
  isRetriable,
  type RetryRule,
  retryBits,
} from '../../src/dataplane/index.js';

function rule(words: readonly string[], parts: Partial<RetryRule> = {}): RetryRule {
  const defaults = {
    attempts: 2,
    statusCodes: [],
    backoffBaseMs: 25,
    backoffMaxMs: 250,
    avoidPreviousHosts: true,
    avoidPreviousPriorities: false,
  };
  return { ...defaults, on: retryBits(words), ...parts };
}

/** Everything that an attempt can come to, by a short name. */
const OUTCOMES: Readonly<Record<string, readonly [end: AttemptEnd, status: number]>> = {
  200: ['response', 200],
  404: ['response', 404],
  409: ['response', 409],
  429: ['response', 429],
  500: ['response', 500],
  501: ['response', 501],
  502: ['response', 502],
  503: ['response', 503],
  504: ['response', 504],
  refused: ['connect-failure', 0],
  'connect timeout': ['connect-timeout', 0],
  lost: ['connection-lost', 0],
  'try timeout': ['per-try-timeout', 0],
  overflow: ['overflow', 0],
  ...Object.fromEntries(
    [0, 1, 2, 4, 5, 8, 13, 14].map((status) => [`grpc ${status}`, ['response', grpcStatus(status)]]),
  ),
};

const FAILURES = ['500', '501', '502', '503', '504'];
const CONNECTING = ['refused', 'connect timeout'];
const RESETS = [...CONNECTING, 'lost', 'try timeout'];

// Envoy, source/common/router/retry_state_impl.cc; measured on Envoy 1.40. A gRPC status is no HTTP error.
const WORDS: readonly (readonly [words: string[], covered: string[]])[] = [
  [['5xx'], [...FAILURES, ...RESETS]],
  [['gateway-error'], ['502', '503', '504', ...RESETS]],
  [['reset'], RESETS],
  [['reset-before-request'], CONNECTING],
  [['connect-failure'], CONNECTING],
  [['refused-stream'], []],
  [['retriable-4xx'], ['409']],
  [['cancelled'], ['grpc 1']],
  [['deadline-exceeded'], ['grpc 4']],
  [['internal'], ['grpc 13']],
  [['resource-exhausted'], ['grpc 8']],
  [['unavailable'], ['grpc 14']],
  // Istio's default from 1.24 on: pilot/pkg/networking/core/route/retry/retry.go.
  [
    ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'],
    [...CONNECTING, 'grpc 1', 'grpc 14'],
  ],
];

test.each(WORDS)('%j covers %j and nothing else', (words, covered) => {
  const retried = Object.entries(OUTCOMES).filter(([, [end, status]]) => isRetriable(rule(words), end, status));
  expect(retried.map(([name]) => name).sort()).toEqual([...covered].sort());
});

test('codes in the list are retried as responses, a 504 of the proxy itself is none', () => {
  const codes = rule(['retriable-status-codes'], { statusCodes: [429, 504] });
  expect(isRetriable(codes, 'response', 429)).toBe(true);
  expect(isRetriable(codes, 'response', 504)).toBe(true);
  expect(isRetriable(codes, 'response', 503)).toBe(false);
  expect(isRetriable(codes, 'per-try-timeout', 0)).toBe(false);
});

// Envoy, source/common/common/backoff_strategy.cc: uniform on the whole ms below the interval. Measured on Envoy 1.40.
const BACK_OFFS = [
  { baseMs: 25, maxMs: 250, intervalsMs: [25, 50, 100, 200, 250, 250, 250] },
  { baseMs: 100, maxMs: 1000, intervalsMs: [100, 200, 400, 800, 1000, 1000] },
  { baseMs: 10, maxMs: 35, intervalsMs: [10, 20, 35, 35] },
  { baseMs: 1, maxMs: 10, intervalsMs: [1, 2, 4, 8, 10, 10] },
];

test.each(BACK_OFFS)('the back-off from $baseMs ms doubles up to $maxMs ms', ({ baseMs, maxMs, intervalsMs }) => {
  const retry = rule(['5xx'], { backoffBaseMs: baseMs, backoffMaxMs: maxMs });
  const draws = 1000;
  intervalsMs.forEach((intervalMs, i) => {
    const waits = Array.from({ length: draws }, (_, n) => backoffMs(retry, i + 1, (n + 0.5) / draws));
    expect(waits.every(Number.isInteger)).toBe(true);
    expect(Math.min(...waits)).toBe(0);
    expect(Math.max(...waits)).toBe(intervalMs - 1);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / draws).toBeCloseTo((intervalMs - 1) / 2, 0);
  });
});
