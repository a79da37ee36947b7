import type { Service } from '../mesh/index.js';
import type { Section } from '../reading/index.js';
import type { Resource } from './resource.js';
import { asksForHints } from './topology-hints.js';

const FIELD = 'trafficDistribution';
const ANNOTATION = 'networking.istio.io/traffic-distribution';
const WORDS: ReadonlyMap<string, Service['prefers']> = new Map([
  ['preferclose', 'zone'],
  ['prefersamezone', 'zone'],
  ['prefersamenode', 'node'],
]);

/**
 * The services with what is said of which endpoints come first: by a Service's field, else by the annotation of the
 * Service or ServiceEntry, else by that of the namespace. An annotation with a word that istiod does not know asks for
 * nothing, and goes before the namespace's all the same.
 * Source: Istio 1.31, pilot/pkg/model/service.go, `GetTrafficDistribution`.
 */
export function withTrafficDistribution(
  services: readonly Service[],
  resources: readonly Resource[],
): readonly Service[] {
  const said = new Map(resources.filter(isAsked).map((resource) => [keyOf(resource), preference(resource)]));
  const byField = new Set(resources.filter(leadsWithinZone).map(keyOf));
  return services.map((service) => {
    const { namespace } = service.origin.resource;
    const key = keyOf(service.origin.resource);
    const ofNamespace = said.get(keyOf({ kind: 'Namespace', namespace: '', name: namespace }));
    const prefers = said.get(key) ?? ofNamespace ?? 'any';
    return { ...service, prefers, ...(byField.has(key) && { leadsWithinZone: true as const }) };
  });
}

/** kube-proxy knows the field alone; all pods of a zone are taken to share a node. */
function leadsWithinZone({ group, kind, section }: Resource): boolean {
  if (group !== '' || kind !== 'Service' || asksForHints(section) !== null) return false;
  return WORDS.has(wordOf(section.section('spec'), FIELD));
}

function isAsked({ group, kind }: Resource): boolean {
  if (group === '') return kind === 'Service' || kind === 'Namespace';
  return group === 'networking.istio.io' && kind === 'ServiceEntry';
}

function keyOf({ kind, namespace, name }: Pick<Resource, 'kind' | 'namespace' | 'name'>): string {
  return JSON.stringify([kind, namespace, name]);
}

/** Null: it says nothing. */
function preference({ section, kind }: Resource): Service['prefers'] | null {
  const spec = kind === 'Service' ? section.section('spec') : null;
  const annotations = section.section('metadata')?.section('annotations') ?? null;
  const field = WORDS.get(wordOf(spec, FIELD));
  const annotation = wordOf(annotations, ANNOTATION);
  const said = field ?? (annotation === '' ? null : (WORDS.get(annotation) ?? 'any'));
  if (said === 'node') {
    const [at, key] = field === undefined ? [annotations!, ANNOTATION] : [spec!, FIELD];
    const what = 'pods have no nodes in the model: all of a zone are taken to share one';
    at.info('not-modelled', what, 'write PreferSameZone', key);
  }
  return said;
}

function wordOf(section: Section | null, key: string): string {
  const raw = section?.raw(key);
  return typeof raw === 'string' ? raw.toLowerCase() : '';
}
