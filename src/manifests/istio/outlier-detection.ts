import type { OutlierPolicy } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs, percent, refuse, warn } from './checks.js';
import type { Context } from './context.js';
import { OUTLIER_DETECTION_FIELDS } from './fields/destination-rule.js';
import { LATER_OUTLIER_FIELDS, OUTLIER_DETECTION_SINCE } from './fields/newcomers.js';
import { flag, number, section } from './read.js';

/** `outlierDetection`. Source: Istio 1.32, pkg/config/validation, validateOutlierDetection; A: destination_rule.proto. */
export function translateOutlierDetection(policy: Section, context: Context): OutlierPolicy | null {
  const outlier = section(policy, 'outlierDetection');
  if (outlier === null) return null;
  account(outlier, { ...OUTLIER_DETECTION_FIELDS, ...LATER_OUTLIER_FIELDS }, context, OUTLIER_DETECTION_SINCE);
  warnOfConsecutiveErrors(outlier);
  const splitExternalLocalOriginErrors = flag(outlier, 'splitExternalLocalOriginErrors') ?? false;
  const consecutiveLocalOriginFailures = number(outlier, 'consecutiveLocalOriginFailures');
  if (!splitExternalLocalOriginErrors && (consecutiveLocalOriginFailures ?? 0) > 0) {
    const help = "add 'splitExternalLocalOriginErrors: true'";
    refuse(
      outlier,
      'local-origin failures are counted apart only if errors are split',
      help,
      'consecutiveLocalOriginFailures',
    );
  }
  return {
    origin: originOf(outlier),
    consecutive5xxErrors: number(outlier, 'consecutive5xxErrors'),
    consecutiveGatewayErrors: number(outlier, 'consecutiveGatewayErrors'),
    splitExternalLocalOriginErrors,
    consecutiveLocalOriginFailures,
    intervalMs: durationMs(outlier, 'interval'),
    baseEjectionMs: durationMs(outlier, 'baseEjectionTime'),
    maxEjectionPercent: percent(outlier, 'maxEjectionPercent'),
    minHealthPercent: percent(outlier, 'minHealthPercent'),
  };
}

function warnOfConsecutiveErrors(outlier: Section): void {
  if (!outlier.has('consecutiveErrors')) return;
  const help = "use 'consecutive5xxErrors', or 'consecutiveGatewayErrors' for 502, 503 and 504 alone";
  warn(outlier, 'consecutiveErrors does nothing any more', help, 'consecutiveErrors');
}
