import type { EffectiveRetry } from '../effective.js';
import type { MeshSettings } from '../mesh.js';
import type { RetryPolicy } from '../routes.js';
import { isSince } from './version.js';

const BY_STATUS = 'retriable-status-codes';
const DEFAULT_ON = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', BY_STATUS];
const ENVOY_BACKOFF_MS = 25;

export interface RetryContext {
  readonly settings: Pick<MeshSettings, 'istioVersion' | 'defaultRetry'>;
  readonly timeoutMs: number | null;
  /** The rule has one destination, and its balancer hashes: a retry then goes back to the hashed host. */
  readonly hashed: boolean;
}

/**
 * What Envoy is told of retries. A route without a policy of its own has the mesh's, as a whole; without that: two, which do not cover 503 responses since 1.24.
 * `attempts` alone changes how often, not what for.
 * Source: Istio 1.31, pilot/pkg/networking/core/route/retry/retry.go, `ConvertPolicy`.
 */
export function effectiveRetry(own: RetryPolicy | null, context: RetryContext): EffectiveRetry | null {
  const { istioVersion, defaultRetry } = context.settings;
  const written = own ?? defaultRetry;
  if (written?.attempts === 0) return null;
  const baseMs = written?.backoffMs ?? ENVOY_BACKOFF_MS;
  return {
    origin: written?.origin ?? null,
    attempts: written?.attempts ?? 2,
    ...triggers(written?.retryOn ?? [], istioVersion),
    perTryTimeoutMs: perTryWithin(written?.perTryTimeoutMs ?? null, context.timeoutMs),
    backoffBaseMs: baseMs,
    backoffMaxMs: 10 * baseMs,
    avoidPreviousHosts: written?.retryIgnorePreviousHosts ?? !context.hashed,
    avoidPreviousPriorities: written?.retryRemoteLocalities ?? false,
  };
}

function triggers(
  retryOn: readonly string[],
  istioVersion: readonly [number, number],
): Pick<EffectiveRetry, 'on' | 'statusCodes'> {
  if (retryOn.length === 0) return { on: DEFAULT_ON, statusCodes: isSince(istioVersion, 24) ? [] : [503] };
  const words = retryOn.filter((word) => !isStatus(word));
  const statusCodes = retryOn.filter(isStatus).map(Number);
  const on = statusCodes.length > 0 && !words.includes(BY_STATUS) ? [...words, BY_STATUS] : words;
  return { on, statusCodes };
}

function isStatus(word: string): boolean {
  return /^\d{3}$/.test(word);
}

/** Envoy drops a per-try timeout that is no shorter than the route's: the route's comes first anyway. */
export function perTryWithin(perTryMs: number | null, timeoutMs: number | null): number | null {
  return perTryMs !== null && timeoutMs !== null && perTryMs >= timeoutMs ? null : perTryMs;
}
