import { type Destination, mirrorsOf, type RouteSet } from '../../mesh/index.js';
import { selects } from '../labels.js';
import type { Field, Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

const NOT_FOUND = 'IST0101';
const PORT_NEEDED = 'IST0112';

/**
 * What a resource names and nobody has: IST0101, once per resource and missing reference, and IST0112, a destination
 * that does not say which of several ports.
 * Source: Istio 1.32, pkg/config/analysis/analyzers/virtualservice, gateway and sidecar.
 */
export function findMissingReferences(view: MeshView, findings: Findings): void {
  for (const routeSet of view.mesh.routeSets) {
    const missing = new Set<string>();
    const report = (what: string, name: string, at: Field, help: string) => {
      const text = `there is no ${what} '${name}'`;
      if (!missing.has(text)) findings.error(NOT_FOUND, at, text, help);
      missing.add(text);
    };
    checkGateways(view, routeSet, report);
    for (const { destination, at } of destinationsOf(routeSet)) {
      checkDestination(view, routeSet, destination, at, report, findings);
    }
  }
  findSelectorsOfNobody(view, findings);
}

type Report = (what: string, name: string, at: Field, help: string) => void;

function checkGateways(view: MeshView, routeSet: RouteSet, report: Report): void {
  routeSet.gateways.forEach((gateway, i) => {
    const isKnown = view.mesh.gateways.some(({ namespace, name }) => `${namespace}/${name}` === gateway);
    if (gateway === 'mesh' || isKnown) return;
    report('gateway', gateway, field(routeSet, 'spec', 'gateways', i), 'declare the Gateway, or name one that exists');
  });
}

/** Every destination of the routes and mirrors, with the field that names its host. */
function destinationsOf(routeSet: RouteSet): readonly { destination: Destination; at: Field }[] {
  const forwarded = routeSet.http.flatMap(({ action }) => (action.kind === 'forward' ? action.destinations : []));
  const routed = [...forwarded, ...routeSet.tcp.flatMap(({ destinations }) => destinations)];
  const mirrored = routeSet.http.flatMap(({ mirroring }) => mirrorsOf(mirroring).map(({ destination }) => destination));
  return [...routed, ...mirrored].map((destination) => ({ destination, at: hostField(destination) }));
}

/** A mirror of the short form is the destination itself; all others hold it. */
function hostField(destination: Destination): Field {
  const isBare = destination.origin.path.endsWith('mirror') || destination.origin.path.endsWith('.destination');
  return isBare ? field(destination, 'host') : field(destination, 'destination', 'host');
}

function checkDestination(
  view: MeshView,
  { namespace }: RouteSet,
  { host, subset, port, origin }: Destination,
  at: Field,
  report: Report,
  findings: Findings,
): void {
  if (host === '' || host === '*') return; // refused
  const service = view.service(host, namespace);
  if (
    subset !== null &&
    !view.rules(host, namespace).some((rule) => rule.subsets.some(({ name }) => name === subset))
  ) {
    const help = `add the subset to a DestinationRule for ${host}: without it requests get 503 NC`;
    report('subset', `${host}+${subset}`, { origin, steps: [...at.steps.slice(0, -1), 'subset'] }, help);
  }
  if (service === null) {
    report(
      'host',
      host,
      at,
      'declare the Service or ServiceEntry, or mend the name; a short name is of this namespace',
    );
  } else if (port === null && service.ports.length > 1) {
    const numbers = service.ports.map(({ number }) => number).join(', ');
    findings.error(PORT_NEEDED, at, `'${host}' has several ports (${numbers})`, "add 'port: { number: ... }'");
  } else if (port !== null && !service.ports.some(({ number }) => number === port)) {
    const numbers = service.ports.map(({ number }) => number).join(', ');
    report('host:port', `${host}:${port}`, { origin, steps: [...at.steps.slice(0, -1), 'port'] }, `it has ${numbers}`);
  }
}

function findSelectorsOfNobody({ mesh }: MeshView, findings: Findings): void {
  for (const gateway of mesh.gateways) {
    const [label] = Object.keys(gateway.selector);
    if (label === undefined || mesh.workloads.some(({ labels }) => selects(gateway.selector, labels))) continue;
    const what = `no pod has the labels ${JSON.stringify(gateway.selector)}`;
    const help = 'mend the selector, declare the gateway, or name it in spec.platform.gateways';
    findings.error(NOT_FOUND, field(gateway, 'spec', 'selector', label), what, help);
  }
  for (const scope of mesh.sidecarScopes) {
    const selector = scope.workloadSelector;
    const [label] = Object.keys(selector ?? {});
    if (selector === null || label === undefined) continue;
    const pods = mesh.workloads.filter(({ namespace }) => namespace === scope.namespace);
    if (pods.some(({ labels }) => selects(selector, labels))) continue;
    const what = `no pod of ${scope.namespace} has the labels ${JSON.stringify(selector)}`;
    findings.error(NOT_FOUND, field(scope, 'spec', 'workloadSelector', 'labels', label), what, 'mend the selector');
  }
}
