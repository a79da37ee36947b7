import type { Labels, Workload } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { selects } from '../labels.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import type { NamespaceInjection } from './injection.js';
import { translatePodTemplate } from './pod-template.js';

/** Where a kind keeps its pod template and the number of its pods, both below `spec`. Null: it is the pod itself. */
interface PodSource {
  readonly group: string;
  readonly template: readonly string[] | null;
  readonly replicas: string | null;
  /** Whether the API server insists on a selector that covers the template. */
  readonly selector: boolean;
}

const KINDS: ReadonlyMap<string, PodSource> = new Map([
  ['Deployment', { group: 'apps', template: ['template'], replicas: 'replicas', selector: true }],
  ['StatefulSet', { group: 'apps', template: ['template'], replicas: 'replicas', selector: true }],
  ['ReplicaSet', { group: 'apps', template: ['template'], replicas: 'replicas', selector: true }],
  ['DaemonSet', { group: 'apps', template: ['template'], replicas: null, selector: true }],
  ['ReplicationController', { group: '', template: ['template'], replicas: 'replicas', selector: false }],
  ['Job', { group: 'batch', template: ['template'], replicas: 'parallelism', selector: false }],
  ['CronJob', { group: 'batch', template: ['jobTemplate', 'spec', 'template'], replicas: null, selector: false }],
  ['Pod', { group: '', template: null, replicas: null, selector: false }],
]);

export function isWorkloadKind(group: string, kind: string): boolean {
  return KINDS.get(kind)?.group === group;
}

/** A resource of one of the kinds above. A DaemonSet counts as one pod: how many nodes there are no manifest says. */
export function translateWorkload(resource: Resource, namespaces: NamespaceInjection): Workload {
  const { section, kind, name, namespace } = resource;
  const source = KINDS.get(kind)!;
  const spec = section.section('spec');
  if (spec === null && !section.has('spec'))
    section.refuse('no-spec', `the ${kind} has no spec`, "add 'spec:'", 'kind');
  const template = source.template === null ? section : descend(spec, source.template);
  if (template === null && spec !== null) {
    spec.refuse('no-template', `the ${kind} has no pod template`, `add 'spec.${source.template!.join('.')}'`);
  }
  const pod = translatePodTemplate(template, namespace, namespaces);
  if (source.selector) checkSelector(spec, pod.labels);
  const replicas = source.replicas === null ? 1 : (spec?.count(source.replicas) ?? 1);
  return { origin: originOf(section), kind, name, namespace, replicas, ...pod };
}

function descend(section: Section | null, path: readonly string[]): Section | null {
  return path.reduce<Section | null>((at, key) => at?.section(key) ?? null, section);
}

/** Source: Kubernetes, pkg/apis/apps/validation: the selector is required and must match the template's labels. */
function checkSelector(spec: Section | null, labels: Labels): void {
  if (spec === null) return;
  const selector = spec.section('selector');
  if (selector === null) {
    if (!spec.has('selector'))
      spec.refuse('no-selector', 'spec.selector is missing', "add 'selector: { matchLabels: ... }'");
    return;
  }
  if (selects(selector.labels('matchLabels'), labels)) return;
  const help = 'give the pod template the labels that the selector asks for';
  selector.refuse(
    'selector-mismatch',
    'the selector does not match the labels of the pod template',
    help,
    'matchLabels',
  );
}
