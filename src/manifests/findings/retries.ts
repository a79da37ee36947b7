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
  if (retryOn.length === 0) reportDefault(retries, settings, findings);
  if (perTryTimeoutMs === null) return;
  const at = field(retries, 'perTryTimeout');
  if (rule.timeoutMs !== null && perTryTimeoutMs >= rule.timeoutMs) {
    const what = `the per-try timeout (${perTryTimeoutMs} ms) is no shorter than the timeout (${rule.timeoutMs} ms)`;
    findings.warning('per-try-timeout-dropped', at, what, 'the proxy drops it: make it shorter, or leave it out');
  } else if (!COVER_TIMEOUT.some((word) => retryOn.includes(word))) {
    const what = 'a try that takes too long is not retried: the caller gets 504 after the per-try timeout';
    findings.warning('per-try-timeout-not-retried', at, what, "add 'retryOn: 5xx', gateway-error or reset");
  }
}

/** Source: Istio 1.32, pilot/pkg/networking/core/route/retry/retry.go; before 1.24 the status 503 was covered. */
function reportDefault(retries: RetryPolicy, { istioVersion: [major, minor] }: MeshSettings, findings: Findings): void {
  const covers503 = major === 1 && minor < 24;
  const what = `without retryOn, responses of 5xx are not retried${covers503 ? ', 503 apart' : ''}`;
  const help = "add 'retryOn: 5xx' if they should be; failed connections are";
  findings.info('retry-on-default', field(retries, 'attempts'), what, help);
}
