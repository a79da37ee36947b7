import { reportSampling } from '../proxy-config.js';
import type { Resource } from '../resource.js';
import { account } from './account.js';
import type { Context } from './context.js';
import {
  TELEMETRY_FIELDS,
  TELEMETRY_METRICS_FIELDS,
  TELEMETRY_OVERRIDE_FIELDS,
  TELEMETRY_TRACING_FIELDS,
} from './fields/telemetry.js';
import { flag, list, section } from './read.js';

/**
 * Reports what a Telemetry asks for that proxies would pay for, or save, in CPU. It changes no request, and so nothing of
 * it goes into the mesh.
 */
export function checkTelemetry({ section: root }: Resource, context: Context): void {
  const spec = section(root, 'spec');
  account(spec, TELEMETRY_FIELDS, context);
  for (const metrics of list(spec, 'metrics')) {
    account(metrics, TELEMETRY_METRICS_FIELDS, context);
    for (const override of list(metrics, 'overrides')) {
      account(override, TELEMETRY_OVERRIDE_FIELDS, context);
      if (!flag(override, 'disabled')) continue;
      const what = 'what proxies save without a metric is not modelled';
      override.info('not-modelled', what, 'their CPU is that of proxies with all metrics', 'disabled');
    }
  }
  for (const tracing of list(spec, 'tracing')) {
    account(tracing, TELEMETRY_TRACING_FIELDS, context);
    reportSampling(tracing, 'randomSamplingPercentage');
  }
}
