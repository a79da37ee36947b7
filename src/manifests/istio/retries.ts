import type { RetryPolicy } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs, refuse } from './checks.js';
import type { Context } from './context.js';
import { RETRIES_SINCE } from './fields/newcomers.js';
import { RETRIES_FIELDS } from './fields/virtual-service.js';
import { flag, number, section, text } from './read.js';
import { isNamedStatus } from './status-codes.js';

/** The words that Istio knows. Source: Istio 1.32, pkg/config/validation/validation.go, supportedRetryOnPolicies. */
const RETRY_ON: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);
/** What makes no sense beside no attempts; `backoff` alone passes. */
const NEED_ATTEMPTS = ['perTryTimeout', 'retryOn', 'retryRemoteLocalities'];

/** A retry policy: `key` below `parent`; null when none is written. Source: as above, validateHTTPRetry. */
export function translateRetries(parent: Section, key: string, context: Context): RetryPolicy | null {
  const retries = section(parent, key);
  if (retries === null) return null;
  const known = account(retries, RETRIES_FIELDS, context, RETRIES_SINCE);
  const attempts = number(retries, 'attempts') ?? 0;
  checkAttempts(retries, attempts);
  const backoffMs = durationMs(retries, 'backoff');
  const ignorePrevious = flag(retries, 'retryIgnorePreviousHosts');
  return {
    origin: originOf(retries),
    attempts: Math.max(attempts, 0),
    retryOn: retryOn(retries),
    perTryTimeoutMs: durationMs(retries, 'perTryTimeout'),
    backoffMs: known('backoff') ? backoffMs : null,
    retryRemoteLocalities: flag(retries, 'retryRemoteLocalities') ?? false,
    retryIgnorePreviousHosts: known('retryIgnorePreviousHosts') ? ignorePrevious : null,
  };
}

function checkAttempts(retries: Section, attempts: number): void {
  if (attempts < 0) {
    refuse(
      retries,
      `${quote(String(attempts))} is a negative number of attempts`,
      'write 0 for no retries',
      'attempts',
    );
  }
  if (attempts !== 0) return;
  for (const key of NEED_ATTEMPTS) {
    const isSet = text(retries, key) || flag(retries, key) !== null;
    if (isSet) refuse(retries, `${key} is set, but there are no attempts`, "add 'attempts: 2', or leave it out", key);
  }
}

/** Split at commas and not trimmed: `5xx, reset` is refused. */
function retryOn(retries: Section): readonly string[] {
  const written = text(retries, 'retryOn') ?? '';
  const words = written === '' ? [] : written.split(',');
  for (const word of words) {
    if (RETRY_ON.has(word) || (/^\d+$/.test(word) && isNamedStatus(Number(word)))) continue;
    const help =
      word.trim() !== word && RETRY_ON.has(word.trim())
        ? 'leave out the blank: words are separated by a comma alone'
        : `use statuses or ${[...RETRY_ON].join(', ')}`;
    refuse(retries, `${quote(word)} is nothing to retry on`, help, 'retryOn');
  }
  return words;
}
