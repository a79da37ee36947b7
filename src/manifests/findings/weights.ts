import type { Destination, HttpRoute, TcpRoute } from '../../mesh/index.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * Weights that do not do what they seem to: beside nothing else (KIA1104), twice for one destination (KIA1105), left out
 * among others (`weight-zero-dropped`), or not adding to 100 (`weights-normalised`).
 * Source: Kiali, business/checkers/virtualservices; Istio 1.32, pilot/pkg/networking/core/route/route.go.
 */
export function findOddWeights({ mesh }: MeshView, findings: Findings): void {
  for (const { http, tcp } of mesh.routeSets) {
    for (const rule of http) if (rule.action.kind === 'forward') checkWeights(rule, rule.action.destinations, findings);
    const seen = new Set<string>(); // a tcp rule has one entry for each of its matches
    for (const rule of tcp) {
      if (!seen.has(rule.origin.path)) checkWeights(rule, rule.destinations, findings);
      seen.add(rule.origin.path);
    }
  }
}

function checkWeights(rule: HttpRoute | TcpRoute, destinations: readonly Destination[], findings: Findings): void {
  reportRepeats(destinations, findings);
  const [only] = destinations;
  if (destinations.length === 1 && only!.weight > 0 && only!.weight < 100) {
    const help = 'it takes all requests whatever its weight: leave the weight out, or add the other destinations';
    findings.warning('KIA1104', field(only!, 'weight'), `the only destination has weight ${only!.weight}`, help);
  }
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0);
  if (destinations.length < 2 || total === 0) return;
  for (const destination of destinations) if (destination.weight === 0) reportDropped(destination, findings);
  if (total === 100) return;
  const help = 'weights are relative to their sum; write ones that add to 100 to see the shares';
  findings.info('weights-normalised', field(rule, 'route'), `the weights add to ${total}, not to 100`, help);
}

function reportDropped(destination: Destination, findings: Findings): void {
  const what = `the destination '${destination.host}' has weight 0 and gets no request`;
  const help = 'give it a weight if it should; a weight left out counts as 0';
  findings.info('weight-zero-dropped', field(destination, 'weight'), what, help);
}

function reportRepeats(destinations: readonly Destination[], findings: Findings): void {
  const seen = new Set<string>();
  for (const destination of destinations) {
    const key = JSON.stringify([destination.host, destination.subset, destination.port]);
    if (seen.has(key)) {
      const name = destination.subset === null ? destination.host : `${destination.host}+${destination.subset}`;
      const at = field(destination, 'destination', 'host');
      findings.warning('KIA1105', at, `'${name}' stands here twice`, 'write it once with the sum of the weights');
    }
    seen.add(key);
  }
}
