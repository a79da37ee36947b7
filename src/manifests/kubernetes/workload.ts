import type { Labels, Workload } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { selects } from '../labels.js';
import { OBJECT_FIELDS } from '../object-fields.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { WORKLOAD_FIELDS } from './fields.js';
import type { Injection } from './injection.js';
import { translatePodTemplate } from './pod-template.js';

/** Where a kind keeps its pod template and the number of its pods, both below `spec`. Null: it is the pod itself. */
interface PodSource {
  readonly group: string;
  readonly template: readonly string[] | null;
  readonly replicas: string | null;
  /** Whether the API server insists on a selector that covers the template. */
  readonly selector: boolean;
}

/** What the API's field holds. */
const INT32_MAX = 2 ** 31 - 1;

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
export function translateWorkload(resource: Resource, injection: Injection): Workload {
  const { section, kind, name, namespace } = resource;
  const source = KINDS.get(kind)!;
  section.account(OBJECT_FIELDS);
  const spec = specOf(section, kind);
  const fields = WORKLOAD_FIELDS.get(kind);
  if (fields !== undefined) spec?.account(fields);
  const template = source.template === null ? section : templateOf(spec, source.template);
  const pod = translatePodTemplate(template, namespace, injection);
  if (source.selector && template?.section('metadata')) checkSelector(spec, pod.labels);
  const replicas = source.replicas === null ? 1 : replicasOf(spec, source.replicas);
  return { origin: originOf(section), kind, name, namespace, replicas, ...pod };
}

function specOf(section: Section, kind: string): Section | null {
  if (section.has('spec')) return section.section('spec');
  const key = section.keys().includes('spec') ? 'spec' : 'kind';
  section.refuse('no-spec', `the ${kind} has no spec`, "add 'spec:'", key);
  return null;
}

function templateOf(spec: Section | null, path: readonly string[]): Section | null {
  const [key, ...deeper] = path;
  if (spec === null || key === undefined) return spec;
  if (spec.has(key)) return templateOf(spec.section(key), deeper);
  spec.refuse('no-template', `${spec.path} has no ${key}`, `add '${key}:' with the pod template`, key);
  return null;
}

function replicasOf(spec: Section | null, key: string): number {
  const replicas = spec?.count(key) ?? 1;
  if (replicas <= INT32_MAX) return replicas;
  spec!.refuse('bad-replicas', `${replicas} is too large for ${key}`, `write at most ${INT32_MAX}`, key);
  return 1;
}

/** Source: Kubernetes, pkg/apis/apps/validation: the selector is required and must match the template's labels. */
function checkSelector(spec: Section | null, labels: Labels): void {
  if (spec === null) return;
  if (!spec.has('selector')) {
    spec.refuse('no-selector', 'spec.selector is missing', "add 'selector: { matchLabels: ... }'", 'selector');
  }
  const selector = spec.section('selector');
  if (selector === null || selects(selector.labels('matchLabels'), labels)) return;
  const what = 'the selector does not match the labels of the pod template';
  selector.refuse('selector-mismatch', what, 'give the pod template the labels that it asks for', 'matchLabels');
}
