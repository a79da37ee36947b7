import type { HttpRoute, MeshSettings, RetryPolicy } from '../../mesh/index.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/** The words that retry a per-try timeout. Source: Envoy 1.37, source/common/router/retry_state_impl.cc. */
const COVER_TIMEOUT = ['5xx', 'gateway-error', 'reset'];

/** Timeouts and retries of one rule that do not act together as they seem to. */
export function findOddRetries({ mesh }: MeshView, findings: Findings): void {
  for (const rule of mesh.routeSets.flatMap(({ http }) => http)) {
    if (rule.retries !== null && rule.retries.attempts > 0) checkRetries(rule, rule.retries, mesh.settings, findings);
  }
}

function checkRetries(rule: HttpRoute, retries: RetryPolicy, settings: MeshSettings, findings: Findings): void {
  const { perTryTimeoutMs, retryOn } = retries;
  const { timeoutMs } = rule;
  const coversTimeout = COVER_TIMEOUT.some((word) => retryOn.includes(word));
  if (retryOn.length === 0) reportDefault(retries, settings, findings);
  if (perTryTimeoutMs === null) {
    const mayMeanSlow = coversTimeout || retryOn.length === 0;
    if (timeoutMs !== null && mayMeanSlow) reportLoneTimeout(rule, timeoutMs, retries, findings);
    return;
  }
  const at = field(retries, 'perTryTimeout');
  if (timeoutMs !== null && perTryTimeoutMs >= timeoutMs) {
    const what = `the per-try timeout (${perTryTimeoutMs} ms) is no shorter than the timeout (${timeoutMs} ms)`;
    findings.warning('per-try-timeout-dropped', at, what, 'the proxy drops it: make it shorter, or leave it out');
  } else if (!coversTimeout) {
    const what = 'a try that takes too long is not retried: the caller gets 504 after the per-try timeout';
    findings.warning('per-try-timeout-not-retried', at, what, "add 'retryOn: 5xx', gateway-error or reset");
  } else if (timeoutMs !== null) reportTooManyTries(timeoutMs, retries, perTryTimeoutMs, findings);
}

/**
 * The timeout is for all tries together, and is never retried. What names just what else is to be retried does not ask
 * for more. Source: Envoy 1.37, source/common/router/router.cc, `onResponseTimeout`.
 */
function reportLoneTimeout(rule: HttpRoute, timeoutMs: number, retries: RetryPolicy, findings: Findings): void {
  const what = `one try may take the whole timeout (${timeoutMs} ms): a slow answer is not tried again`;
  const fitsMs = Math.max(1, Math.floor(timeoutMs / (retries.attempts + 1)));
  const words = retries.retryOn.length === 0 ? " and 'retryOn: 5xx'" : '';
  const line = findings.lineOf(field(rule, 'timeout'));
  const help = `if it should be, add 'perTryTimeout: ${fitsMs}ms'${words} to fit all tries into the timeout (line ${line})`;
  findings.info('retries-without-per-try-timeout', field(retries, 'attempts'), what, help);
}

function reportTooManyTries(
  timeoutMs: number,
  { origin, attempts }: RetryPolicy,
  perTryTimeoutMs: number,
  findings: Findings,
): void {
  const tries = attempts + 1;
  if (tries * perTryTimeoutMs <= timeoutMs) return;
  const what = `${tries} tries of ${perTryTimeoutMs} ms do not fit into the timeout (${timeoutMs} ms)`;
  const help = 'the timeout ends them all: lengthen it, or shorten perTryTimeout, if the last try should have its time';
  findings.info('tries-exceed-timeout', field({ origin }, 'attempts'), what, help);
}

/** Source: Istio 1.32, pilot/pkg/networking/core/route/retry/retry.go; before 1.24 the status 503 was covered. */
function reportDefault(retries: RetryPolicy, { istioVersion: [major, minor] }: MeshSettings, findings: Findings): void {
  const covers503 = major === 1 && minor < 24;
  const what = `without retryOn, responses of 5xx are not retried${covers503 ? ', 503 apart' : ''}`;
  const help = "add 'retryOn: 5xx' if they should be; failed connections are";
  findings.info('retry-on-default', field(retries, 'attempts'), what, help);
}
