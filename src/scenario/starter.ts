import type { Mesh, Service, Workload } from '../mesh/index.js';
import { workloadName } from '../mesh/index.js';
import { starterTraffic } from './starter-traffic.js';
import { yamlText } from './yaml-text.js';

/**
 * A first Scenario for a mesh, as YAML to be mended by hand: what manifests do not say is a guess, and marked so.
 * Calls between services stand in no manifest, so the services that can be called are listed for the reader.
 */
export function starterScenario(mesh: Mesh, manifestPaths: readonly string[]): string {
  const lines = [
    '# yaml-language-server: $schema=node_modules/drymesh/schema/scenario.schema.json',
    'apiVersion: drymesh.dev/v1',
    'kind: Scenario',
    'metadata:',
    '  name: first-guess',
    'spec:',
    `  manifests: [${manifestPaths.map(yamlText).join(', ')}]`,
    ...workloadLines(mesh),
    ...starterTraffic(mesh),
    '  objectives: ["p99 < 500ms", "success >= 99.9%"]  # guess',
    '  run: {duration: 5m, warmup: 30s}',
  ];
  return `${lines.join('\n')}\n`;
}

function workloadLines(mesh: Mesh): string[] {
  const apps = mesh.workloads.filter(({ role }) => role === 'app');
  const externals = mesh.services.filter(
    ({ external, selector, host }) => external && selector === null && !host.startsWith('*'),
  );
  if (apps.length + externals.length === 0) return ['  workloads: {}'];
  const entries = [...apps.map(appLines), ...externals.map(externalLines)];
  return ['  workloads:', ...callableLines(mesh.services), ...new Map(entries).values()].flat();
}

function callableLines(services: readonly Service[]): string[] {
  const urls = services.flatMap(({ name, namespace, host, external, ports }) => {
    const called = external ? host : namespace === 'default' ? name : `${name}.${namespace}`;
    return ports.slice(0, 1).map(({ number }) => `http://${called}:${number}/`);
  });
  if (urls.length === 0) return [];
  const known = urls.map((url) => `    #   - call: ${yamlText(url)}`);
  return ['    # What a workload calls stands in no manifest. Add it to its steps; these can be called:', ...known];
}

function appLines(workload: Workload): [string, string[]] {
  const name = workloadName(workload);
  return [name, endpointLines(name, 'cpu: {exponential: 2ms}')];
}

function externalLines({ host }: Service): [string, string[]] {
  return [host, endpointLines(host, 'wait: {lognormal: {median: 20ms, p99: 100ms}}')];
}

function endpointLines(name: string, step: string): string[] {
  return [`    ${yamlText(name)}:`, '      endpoints:', '        - steps:', `            - ${step}  # guess`];
}
