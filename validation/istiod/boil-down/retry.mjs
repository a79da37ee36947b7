import { asked, ms, onlyKnown } from './words.mjs';

/** What istiod sends for routes that ask for nothing: stands in recordings once, and as `default` wherever it holds. */
export const DEFAULT_RETRY = {
  attempts: 2,
  on: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'],
  avoidPreviousHosts: true,
  hostPicks: 5,
};

/** A RetryPolicy. */
export function boilRetry(policy) {
  const boiled = boil(policy);
  return JSON.stringify(boiled) === JSON.stringify(DEFAULT_RETRY) ? 'default' : boiled;
}

function boil(policy) {
  onlyKnown('retry policy', policy, [
    'num_retries',
    'retry_on',
    'retriable_status_codes',
    'per_try_timeout',
    'retry_back_off',
    'retry_host_predicate',
    'host_selection_retry_max_attempts',
    'retry_priority',
  ]);
  return asked({
    attempts: policy.num_retries,
    on: policy.retry_on.split(',').filter((word) => word !== ''),
    statusCodes: policy.retriable_status_codes,
    perTryTimeoutMs: ms(policy.per_try_timeout),
    backoffBaseMs: ms(policy.retry_back_off?.base_interval),
    backoffMaxMs: ms(policy.retry_back_off?.max_interval),
    avoidPreviousHosts: policy.retry_host_predicate !== undefined,
    hostPicks: policy.host_selection_retry_max_attempts && Number(policy.host_selection_retry_max_attempts),
    otherPrioritiesEvery: policy.retry_priority?.typed_config.update_frequency,
  });
}
