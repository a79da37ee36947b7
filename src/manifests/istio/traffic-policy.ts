import type { TrafficPolicy } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { refuse } from './checks.js';
import { translateClientTls } from './client-tls.js';
import { translateConnectionPool } from './connection-pool.js';
import type { Context } from './context.js';
import { PORT_POLICY_FIELDS, RETRY_BUDGET_FIELDS, TRAFFIC_POLICY_FIELDS } from './fields/destination-rule.js';
import { LATER_RETRY_BUDGET_FIELDS, RETRY_BUDGET_SINCE, TRAFFIC_POLICY_SINCE } from './fields/newcomers.js';
import { PORT_SELECTOR_FIELDS } from './fields/virtual-service.js';
import { translateLoadBalancer } from './load-balancer.js';
import { translateOutlierDetection } from './outlier-detection.js';
import { list, number, section, text } from './read.js';

/** Istio 1.27, pilot/pkg/networking/core/cluster_traffic_policy.go, applyRetryBudget. */
const DEFAULT_BUDGET_PERCENT = 20;
const DEFAULT_BUDGET_CONCURRENCY = 3;
/** Source: Istio release notes 59504, 59667. */
const FIRST_BUDGETS = '1.27';

/** `trafficPolicy` of a rule or of a subset; null when none is written. Source: validateTrafficPolicy of Istio 1.32. */
export function translateTrafficPolicy(parent: Section, context: Context): TrafficPolicy | null {
  const policy = section(parent, 'trafficPolicy');
  if (policy === null) return null;
  const known = account(policy, TRAFFIC_POLICY_FIELDS, context, TRAFFIC_POLICY_SINCE);
  if (!Object.keys(TRAFFIC_POLICY_FIELDS).some((key) => policy.has(key))) {
    refuse(parent, 'the trafficPolicy is empty', 'leave it out, or say what it should do', 'trafficPolicy');
  }
  checkTunnel(policy);
  const budget = translateRetryBudget(policy, context);
  return {
    ...translateSettings(policy, context),
    retryBudget: known('retryBudget') ? budget : null,
    portLevel: list(policy, 'portLevelSettings').flatMap((entry) => translatePortPolicy(entry, context) ?? []),
  };
}

/** Checked though it is not modelled. Source: Istio 1.31, pkg/config/validation, validateTunnelSettings. */
function checkTunnel(policy: Section): void {
  const tunnel = section(policy, 'tunnel');
  if (tunnel === null) return;
  const protocol = text(tunnel, 'protocol') ?? '';
  if (!['', 'CONNECT', 'POST'].includes(protocol)) {
    refuse(tunnel, `${quote(protocol)} is no way through a tunnel`, 'write CONNECT or POST', 'protocol');
  }
}

function translateSettings(policy: Section, context: Context): Omit<TrafficPolicy, 'retryBudget' | 'portLevel'> {
  return {
    origin: originOf(policy),
    loadBalancer: translateLoadBalancer(policy, context),
    connectionPool: translateConnectionPool(policy, 'connectionPool', context),
    outlierDetection: translateOutlierDetection(policy, context),
    tls: translateClientTls(policy, context),
  };
}

function translatePortPolicy(entry: Section, context: Context): TrafficPolicy['portLevel'][number] | null {
  account(entry, PORT_POLICY_FIELDS, context);
  const selector = section(entry, 'port');
  account(selector, PORT_SELECTOR_FIELDS, context);
  if (!Object.keys(PORT_POLICY_FIELDS).some((key) => key !== 'port' && entry.has(key))) {
    refuse(entry, 'the settings of the port are empty', 'leave them out, or say what they should do');
  }
  const policy = { ...translateSettings(entry, context), retryBudget: null, portLevel: [] };
  const written = number(selector, 'number');
  if (written === null && !selector?.has('number')) {
    refuse(entry, 'the settings are for no port', "add 'port: { number: ... }'", 'port');
  }
  return written === null ? null : { port: written, policy };
}

/** An explicit 0 per cent stays 0; a concurrency of 0 is the default. */
function translateRetryBudget(policy: Section, context: Context): TrafficPolicy['retryBudget'] {
  const budget = section(policy, 'retryBudget');
  if (budget === null) return null;
  account(budget, { ...RETRY_BUDGET_FIELDS, ...LATER_RETRY_BUDGET_FIELDS }, context, RETRY_BUDGET_SINCE);
  if (context.istioVersion.join('.') === FIRST_BUDGETS) {
    const what = `what early releases of Istio ${FIRST_BUDGETS} make of a budget is not modelled`;
    policy.info(
      'not-modelled',
      what,
      'they take 0.2 % where no percent is written, and subsets lose it',
      'retryBudget',
    );
  }
  return {
    percent: number(budget, 'percent') ?? DEFAULT_BUDGET_PERCENT, // held within 0 and 100 by the schema
    minRetryConcurrency: number(budget, 'minRetryConcurrency') || DEFAULT_BUDGET_CONCURRENCY,
  };
}
