import type { AuthorizationPolicy, Condition, Workload } from '../../mesh/index.js';
import { serviceHost } from '../hosts.js';
import type { Resource } from '../resource.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';
import { governed } from './security-scope.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'];
const CLUSTER_HOST = /^[^.]+\.[^.]+\.svc\.cluster\.local$/;
const PRINCIPAL = /^([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/;
const TRUST_DOMAIN = 'cluster.local';

/** What a policy may name: namespaces, and service accounts as `namespace/name`. */
interface Known {
  readonly namespaces: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
}

/**
 * AuthorizationPolicies that are about nobody (IST0127), or name what is not there: namespaces (IST0101), methods
 * (KIA0102), hosts (KIA0104), service accounts (KIA0106, of another trust domain KIA0108).
 * Source: Istio 1.32, pkg/config/analysis/analyzers/authz; Kiali, business/checkers/authorization.
 */
export function findIdleAuthorization(view: MeshView, resources: readonly Resource[], findings: Findings): void {
  const known = knownNames(view, resources);
  for (const policy of view.mesh.authorizationPolicies) {
    reportNobody(view, policy, findings);
    reportProvider(view, policy, findings);
    const reportedNamespaces = new Set<string>();
    for (const { from, to } of policy.rules) {
      for (const condition of from.flat()) {
        if (condition.attribute === 'source.namespace') checkNamespaces(condition, known, reportedNamespaces, findings);
        else if (condition.attribute === 'source.principal') checkPrincipals(condition, known, findings);
      }
      for (const condition of to.flat()) {
        if (condition.attribute === 'request.method') checkMethods(condition, findings);
        else if (condition.attribute === 'request.host') checkHosts(view, policy, condition, findings);
      }
    }
  }
}

function knownNames({ mesh }: MeshView, resources: readonly Resource[]): Known {
  const accounts = resources.filter(({ group, kind }) => group === '' && kind === 'ServiceAccount');
  const own = mesh.workloads.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`);
  const namespaces = resources.map(({ group, kind, name, namespace }) =>
    group === '' && kind === 'Namespace' ? name : namespace,
  );
  return {
    namespaces: new Set([...namespaces, ...mesh.workloads.map((workload: Workload) => workload.namespace)]),
    accounts: new Set([...own, ...accounts.map(({ namespace, name }) => `${namespace}/${name}`)]),
  };
}

function reportNobody(view: MeshView, policy: AuthorizationPolicy, findings: Findings): void {
  if (policy.targets !== undefined) return; // what it is attached to is looked at apart
  if (policy.selector === null && policy.namespace === view.mesh.settings.rootNamespace) return;
  if (governed(view, policy).some(({ proxy, ambient }) => proxy !== null || ambient)) return;
  const what =
    policy.selector === null
      ? `no pod of ${policy.namespace} is in the mesh`
      : `no pod in the mesh has the labels ${JSON.stringify(policy.selector)}`;
  const at = policy.selector === null ? field(policy, 'metadata', 'name') : field(policy, 'spec', 'selector');
  findings.warning('IST0127', at, `${what}: the policy is about nobody`, 'mend the selector, or declare the workload');
}

/** Source: Istio 1.31, pilot/pkg/security/authz/builder/builder.go, `getBadCustomDenyRules`. */
function reportProvider({ mesh }: MeshView, policy: AuthorizationPolicy, findings: Findings): void {
  const { provider, dryRun } = policy;
  if (provider === null || dryRun) return;
  const declared = mesh.settings.authorizationProviders;
  const at = field(policy, 'spec', 'action');
  if (declared !== null && !declared.includes(provider)) {
    const what = `MeshConfig declares no provider '${provider}': whatever the policy matches is denied`;
    findings.error('unknown-provider', at, what, `declared: ${declared.join(', ') || 'none'}`);
    return;
  }
  const what = `what the provider '${provider}' answers is not modelled: it is taken to allow every request`;
  findings.info('not-modelled', at, what, 'the figures do not reflect its denials, nor the time that it takes');
}

/** Once a policy and name. */
function checkNamespaces(condition: Condition, known: Known, reported: Set<string>, findings: Findings): void {
  for (const pattern of [...condition.values, ...condition.notValues]) {
    if (reported.has(pattern) || [...known.namespaces].some((name) => isNamed(pattern, name))) continue;
    reported.add(pattern);
    const at = field(condition, ...indexOf(condition.values, pattern));
    findings.error('IST0101', at, `there is no namespace '${pattern}'`, 'mend the name, or declare the namespace');
  }
}

function checkPrincipals(condition: Condition, known: Known, findings: Findings): void {
  condition.values.forEach((principal, i) => {
    const [, domain, namespace, account] = PRINCIPAL.exec(principal) ?? [];
    if (principal.includes('*') || domain === undefined) return;
    const at = field(condition, i);
    if (domain !== TRUST_DOMAIN) {
      findings.warning('KIA0108', at, `'${domain}' is another trust domain`, `this mesh's is ${TRUST_DOMAIN}`);
    } else if (!known.accounts.has(`${namespace}/${account}`)) {
      const what = `nobody in ${namespace} has the service account '${account}'`;
      findings.error('KIA0106', at, what, 'mend the name, or declare who has it');
    }
  });
}

function checkMethods(condition: Condition, findings: Findings): void {
  condition.values.forEach((method, i) => {
    if (method.includes('*') || METHODS.includes(method.toUpperCase())) return;
    findings.warning('KIA0102', field(condition, i), `'${method}' is no HTTP method`, `write ${METHODS.join(', ')}`);
  });
}

/** Names without a dot are services of the policy's namespace; of others only the cluster's own are looked for. */
function checkHosts(
  view: MeshView,
  { namespace }: AuthorizationPolicy,
  condition: Condition,
  findings: Findings,
): void {
  condition.values.forEach((host, i) => {
    const name = host.replace(/:\d+$/, '');
    const full = name.includes('.') ? name : serviceHost(name, namespace);
    if (host.includes('*') || !CLUSTER_HOST.test(full) || view.service(full, namespace) !== null) return;
    const isBlocked = view.mesh.settings.outboundTrafficPolicy === 'registry-only';
    const report = isBlocked ? findings.error.bind(findings) : findings.warning.bind(findings);
    report('KIA0104', field(condition, i), `there is no host '${host}'`, 'mend the name, or declare the Service');
  });
}

function indexOf(values: readonly string[], value: string): readonly number[] {
  const at = values.indexOf(value);
  return at < 0 ? [] : [at];
}

function isNamed(pattern: string, name: string): boolean {
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
