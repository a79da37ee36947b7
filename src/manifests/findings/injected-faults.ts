import {
  type Destination,
  type FaultPolicy,
  type HttpRoute,
  type OutlierPolicy,
  perTryWithin,
  type Service,
} from '../../mesh/index.js';
import { clusterPolicies } from './cluster-policies.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * What injected faults do not meet: Envoy's fault filter comes before its router, which keeps timeouts, retries and picks
 * endpoints. Source: Envoy 1.37, fault_filter.cc; Istio 1.32, pilot/pkg/networking/core/listener_builder.go.
 */
export function findUnmetFaults(view: MeshView, findings: Findings): void {
  for (const { namespace, http } of view.mesh.routeSets) {
    for (const rule of http) {
      if ((rule.fault?.delay?.share ?? 0) > 0) reportTimers(rule, rule.fault!, findings);
      if ((rule.fault?.abort?.share ?? 0) > 0) {
        reportRetries(rule, rule.fault!, findings);
        reportDetection(view, rule, rule.fault!, namespace, findings);
      }
    }
  }
}

function reportTimers(rule: HttpRoute, fault: FaultPolicy, findings: Findings): void {
  const { timeoutMs, retries } = rule;
  const perTryTimeoutMs = perTryWithin(retries?.perTryTimeoutMs ?? null, timeoutMs);
  const timers = [
    { name: 'timeout', isSet: timeoutMs !== null, at: field(rule, 'timeout') },
    { name: 'perTryTimeout', isSet: perTryTimeoutMs !== null, at: field(rule, 'retries', 'perTryTimeout') },
  ];
  for (const { name, at } of timers.filter(({ isSet }) => isSet)) {
    const what = `the injected delay does not use up the ${name} of the same rule`;
    const begins = `the ${name} (line ${findings.lineOf(at)}) begins when the delay is over`;
    findings.info('fault-outside-timeout', field(fault, 'delay'), what, `${begins}: let the service itself be slow`);
  }
}

function reportRetries({ retries }: HttpRoute, fault: FaultPolicy, findings: Findings): void {
  if ((retries?.attempts ?? 0) === 0) return;
  const what = 'an injected abort is not retried by the same rule';
  const line = findings.lineOf(field(retries!));
  const help = `the abort never reaches the part that retries (line ${line}): let the service itself fail`;
  findings.info('fault-not-retried', field(fault, 'abort'), what, help);
}

function reportDetection(
  view: MeshView,
  { action }: HttpRoute,
  fault: FaultPolicy,
  namespace: string,
  findings: Findings,
): void {
  for (const destination of action.kind === 'forward' ? action.destinations : []) {
    const service = view.service(destination.host, namespace);
    const outlier = service && detectionOf(view, service, destination, namespace);
    if (outlier === null) continue;
    const what = `an injected abort does not count for the outlier detection of ${service!.host}`;
    const place = `${outlier.origin.file}:${findings.lineOf(field(outlier))}`;
    const help = `the proxy aborts before it picks an endpoint (${place} judges those): let the service itself fail`;
    findings.info('fault-not-detected', field(fault, 'abort'), what, help);
  }
}

/** By any rule that somebody in `namespace` sees, else by the mesh. */
function detectionOf(
  view: MeshView,
  service: Service,
  { subset, port }: Destination,
  namespace: string,
): OutlierPolicy | null {
  const clusters = view.rules(service.host, namespace).flatMap((rule) => clusterPolicies(rule, service));
  const called = clusters.filter((each) => (each.subset?.name ?? null) === subset && (port ?? each.port) === each.port);
  const detecting = called.find(({ policy }) => policy.outlierDetection !== null);
  return detecting?.policy.outlierDetection ?? view.mesh.settings.outlierDetection;
}
