import type { Accounting } from '../../../reading/index.js';
import type { Newcomers } from '../account.js';

/** Fields that the packaged CRDs (Istio 1.29) do not have yet. Source: Istio 1.31 and 1.32, destination_rule.proto. */
export const LATER_RETRY_BUDGET_FIELDS = { budgetInterval: 'not-modelled' } as const satisfies Record<
  string,
  Accounting
>;
export const LATER_OUTLIER_FIELDS = {
  outlierDetectionHttpErrorCodes: 'not-modelled',
} as const satisfies Record<string, Accounting>;
export const LATER_LOAD_BALANCER_FIELDS = { zoneAwareLbSetting: 'not-modelled' } as const satisfies Record<
  string,
  Accounting
>;

/** Since which Istio a field exists, where that is after 1.20. Source: Istio release notes and proto comments. */
export const RETRIES_SINCE = { backoff: [1, 26], retryIgnorePreviousHosts: [1, 26] } as const satisfies Newcomers;
export const TRAFFIC_POLICY_SINCE = { retryBudget: [1, 27] } as const satisfies Newcomers;
export const RETRY_BUDGET_SINCE = { budgetInterval: [1, 31] } as const satisfies Newcomers;
export const OUTLIER_DETECTION_SINCE = { outlierDetectionHttpErrorCodes: [1, 32] } as const satisfies Newcomers;
export const LOAD_BALANCER_SINCE = { warmup: [1, 24], zoneAwareLbSetting: [1, 31] } as const satisfies Newcomers;
export const CORS_SINCE = { unmatchedPreflights: [1, 23] } as const satisfies Newcomers;
