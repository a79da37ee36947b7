import type { EffectiveOutlierDetection } from '../effective.js';
import type { OutlierPolicy } from '../policies.js';
import type { Service } from '../service.js';
import { isSince } from './version.js';

const ENVOY_CONSECUTIVE_ERRORS = 5;
const ENVOY_MAX_EJECTION_MS = 300_000;
const ENVOY_PANIC_PERCENT = 50;

/**
 * Fills in what `outlierDetection` leaves out. Errors of the gateway kind count beside the 5xx counter, which stays at
 * 5 unless it is set to 0; local errors are told apart only with `splitExternalLocalOriginErrors`.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_traffic_policy.go, `applyOutlierDetection`; the Envoys of Istio
 * 1.18 (1.26) and 1.20 (1.28): source/common/upstream/outlier_detection_impl.cc, source/common/router/router.cc.
 */
export function effectiveOutlierDetection(
  policy: OutlierPolicy,
  istioVersion: readonly [number, number],
): EffectiveOutlierDetection {
  const baseEjectionMs = policy.baseEjectionMs ?? 30_000;
  const split = policy.splitExternalLocalOriginErrors;
  return {
    origin: policy.origin,
    consecutive5xx: orNull(policy.consecutive5xxErrors ?? ENVOY_CONSECUTIVE_ERRORS),
    consecutiveGateway: orNull(policy.consecutiveGatewayErrors ?? 0),
    noticedGateway: policy.consecutiveGatewayErrors === null ? ENVOY_CONSECUTIVE_ERRORS : null,
    consecutiveLocalOrigin: split ? policy.consecutiveLocalOriginFailures || ENVOY_CONSECUTIVE_ERRORS : null,
    splitLocalOrigin: split,
    intervalMs: policy.intervalMs ?? 10_000,
    baseEjectionMs,
    maxEjectionMs: Math.max(ENVOY_MAX_EJECTION_MS, baseEjectionMs),
    maxEjectionPercent: policy.maxEjectionPercent || 10,
    mayExceedMax: !isSince(istioVersion, 20),
    countsOverflow: !isSince(istioVersion, 18),
  };
}

/**
 * The panic threshold in per cent: `minHealthPercent` beside outlier detection; without it Envoy's 50 %, which control
 * planes switch off since 1.31, when they began to send endpoints that are not ready. A Service that says which of its
 * endpoints come first has them sent in any version, and never any panic.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_traffic_policy.go, `applyOutlierDetection`, `applyLoadBalancer`.
 */
export function panicThresholdPercent(
  service: Service,
  policy: OutlierPolicy | null,
  istioVersion: readonly [number, number],
): number {
  if (service.prefers !== 'any') return 0;
  if (policy !== null) return policy.minHealthPercent ?? 0;
  return isSince(istioVersion, 31) ? 0 : ENVOY_PANIC_PERCENT;
}

/**
 * Whether endpoints that are not ready are sent, as unhealthy: not where panic might send requests to them. `ofRule`: the
 * mesh's own detection does not count.
 * Source: Istio 1.31, pilot/pkg/xds/endpoints/endpoint_builder.go, `supportsUnhealthyEndpoints`.
 */
export function keepsUnready(
  service: Service,
  ofRule: OutlierPolicy | null,
  istioVersion: readonly [number, number],
): boolean {
  if (service.prefers !== 'any') return true;
  return isSince(istioVersion, 31) && (ofRule?.minHealthPercent ?? 0) === 0;
}

function orNull(threshold: number): number | null {
  return threshold > 0 ? threshold : null;
}
