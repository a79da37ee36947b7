import { isHttpPort, type Service, type SidecarScope } from '../../mesh/index.js';
import { coversHost } from '../hosts.js';
import { selects } from '../labels.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * Sidecars of which only one can count: for the same pod (IST0110), or for a whole namespace (IST0111).
 * Source: Istio 1.32, pkg/config/analysis/analyzers/sidecar/selector.go and defaultselector.go.
 */
export function findSidecarConflicts(view: MeshView, findings: Findings): void {
  const scopes = view.mesh.sidecarScopes;
  for (const scope of scopes) {
    const others = scopes.filter((other) => other !== scope && other.namespace === scope.namespace);
    const rivals = others.filter((other) => conflict(view, scope, other)).map(({ name }) => `'${name}'`);
    if (rivals.length === 0) continue;
    const [code, what] =
      scope.workloadSelector === null ? ['IST0111', 'the whole namespace'] : ['IST0110', 'the same pods'];
    const at = field(scope, 'metadata', 'name');
    findings.error(code, at, `the Sidecar ${rivals.join(', ')} is for ${what} too`, 'merge them: only one counts');
  }
}

type Listener = NonNullable<SidecarScope['egress']>[number];

/**
 * Ports of `egress` that are declared as something else than the services there: the listener then speaks what the Sidecar
 * says, and Drymesh has it speak what the services say.
 * Source: Istio 1.31, pilot/pkg/networking/core/listener.go, `buildSidecarOutboundListeners`.
 */
export function findOtherProtocols({ mesh }: MeshView, findings: Findings): void {
  for (const scope of mesh.sidecarScopes) {
    scope.egress?.forEach((listener, i) => {
      const other = mesh.services.find((service) => speaksOtherwise(service, listener, scope.namespace));
      if (other === undefined) return;
      const at = field(scope, 'spec', 'egress', i, 'port', 'protocol');
      const what = `the port ${listener.port} of ${other.host} is declared otherwise: what is said here is not modelled`;
      findings.info('not-modelled', at, what, 'write the protocol of the Service');
    });
  }
}

function speaksOtherwise({ namespace, host, ports }: Service, listener: Listener, own: string): boolean {
  const port = ports.find(({ number }) => number === listener.port);
  if (port === undefined || listener.protocol === undefined || port.protocol === 'auto') return false;
  const isIn = listener.hosts.some(
    (each) =>
      (each.namespace === '*' || namespace === (each.namespace === '.' ? own : each.namespace)) &&
      coversHost(each.host, host),
  );
  return isIn && isHttpPort(port.protocol) !== isHttpPort(listener.protocol);
}

function conflict({ mesh }: MeshView, a: SidecarScope, b: SidecarScope): boolean {
  const [labels, others] = [a.workloadSelector, b.workloadSelector];
  if (labels === null || others === null) return labels === others;
  const pods = mesh.workloads.filter(({ namespace }) => namespace === a.namespace);
  return pods.some((pod) => selects(labels, pod.labels) && selects(others, pod.labels));
}
