import type { ResourceName } from '../diagnostics/index.js';
import type { Section } from '../reading/index.js';
import { quote } from '../reading/index.js';
import { isObjectName } from './names.js';
import { METADATA_FIELDS } from './object-fields.js';
import type { Resource } from './resource.js';

const CLUSTER_GROUPS = ['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io'];

/** A file that lies in many folders of manifests, for a tool that goes before. */
const KUSTOMIZATION = /(?:^|\/)kustomization\.ya?ml$/;

/** A resource whose rank by age is not known yet. */
type Unranked = Omit<Resource, 'age'> & { readonly createdMs: number | null };

/**
 * What the cluster holds when all documents are applied in turn: a List is its items, the same kind, namespace and name
 * again replaces the earlier object as a whole. Age is by creationTimestamp, else by first application; objects with a
 * time are older than those without, which are only being applied now.
 */
export function takeInventory(documents: readonly Section[]): readonly Resource[] {
  const held = new Map<string, Unranked>();
  for (const document of documents.flatMap(unfoldList)) {
    const resource = identify(document);
    if (resource === null) continue;
    const key = JSON.stringify([resource.group, resource.kind, resource.namespace, resource.name]);
    const before = held.get(key);
    if (before !== undefined) reportReplaced(resource, before);
    held.set(key, { ...resource, createdMs: resource.createdMs ?? before?.createdMs ?? null }); // keeps its place in line
  }
  return rankByAge([...held.values()]);
}

/** The items of a List, or the one document. */
export function unfoldList(document: Section): readonly Section[] {
  const kind = document.value('kind')?.raw();
  return kind === 'List' && document.value('apiVersion')?.raw() === 'v1' ? document.list('items') : [document];
}

/** What a document calls itself; empty texts where it does not say. Reports nothing. */
export function identityOf(document: Section): ResourceName {
  const { apiVersion, kind, metadata } = document.raw() as RawResource;
  const group =
    String(apiVersion ?? '')
      .split('/')
      .at(-2) ?? '';
  const text = String(kind ?? '');
  const namespace = isClusterScoped(group, text) ? '' : String(metadata?.namespace || 'default');
  return { kind: text, namespace, name: String(metadata?.name ?? '') };
}

interface RawResource {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: { readonly namespace?: unknown; readonly name?: unknown } | null;
}

function identify(document: Section): Unranked | null {
  const apiVersion = document.text('apiVersion');
  const kind = document.text('kind');
  if (apiVersion === null || kind === null) return reportNoKind(document);
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const metadata = document.section('metadata');
  const name = metadata?.text('name') ?? '';
  const namespace = isClusterScoped(group, kind) ? '' : metadata?.text('namespace') || 'default';
  const section = document.about({ kind, namespace, name });
  if (isKeptByName(group)) checkNames(section, metadata, name, namespace);
  return {
    group,
    version: apiVersion.slice(slash + 1),
    kind,
    namespace,
    name,
    section,
    createdMs: createdMs(metadata),
  };
}

function reportNoKind(document: Section): null {
  if (KUSTOMIZATION.test(document.at().file)) {
    const help = "give Drymesh what 'kustomize build' prints if it changes anything";
    document.info('not-modelled', 'a kustomization is not read', help);
    return null;
  }
  const missing = document.has('apiVersion') ? 'kind' : 'apiVersion';
  if (!document.has('apiVersion') || !document.has('kind')) {
    document.refuse('no-kind', `the document has no ${missing}`, `begin it with 'apiVersion: ...' and 'kind: ...'`);
  }
  return null; // of another type than text: reported when it was read
}

function checkNames(section: Section, metadata: Section | null, name: string, namespace: string): void {
  const at = metadata?.about(section.resource!) ?? section;
  if (metadata !== null) at.account(METADATA_FIELDS);
  const isReported = metadata === null && section.has('metadata'); // as being of the wrong type
  if (name === '' && !metadata?.has('name') && !isReported) {
    const written = section.keys().includes('metadata') ? 'metadata' : 'kind';
    const key = metadata === null ? written : undefined;
    at.refuse('no-name', `the ${section.resource!.kind} has no metadata.name`, "add 'metadata: { name: ... }'", key);
  } else if (name !== '' && !isObjectName(name)) reportName(at, 'name', name);
  if (namespace !== '' && !isObjectName(namespace)) reportName(at, 'namespace', namespace);
}

/**
 * Whether a cluster itself keeps objects of the group, and so asks for a name. Of others Drymesh does not know: some are
 * for a tool alone (IstioOperator).
 */
function isKeptByName(group: string): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io') || CLUSTER_GROUPS.includes(group);
}

function reportName(metadata: Section, key: string, text: string): void {
  const help = "use lower-case letters, digits, '-' and '.', with a letter or digit at both ends";
  metadata.refuse('bad-name', `${quote(text)} is not a name that a cluster takes`, help, key);
}

function createdMs(metadata: Section | null): number | null {
  const written = metadata?.value('creationTimestamp')?.raw();
  const parsed = typeof written === 'string' ? Date.parse(written) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

function reportReplaced(resource: Unranked, before: Unranked): void {
  const { file, line } = before.section.at();
  const what = `${resource.kind} ${resource.namespace}/${resource.name}`;
  resource.section.info('replaced', `${what} replaces the one in ${file}:${line} as a whole`, 'keep one of them');
}

/** Kinds that no namespace holds, of those that mean something to Drymesh. */
function isClusterScoped(group: string, kind: string): boolean {
  return group === '' && (kind === 'Namespace' || kind === 'Node' || kind === 'PersistentVolume');
}

function rankByAge(resources: readonly Unranked[]): readonly Resource[] {
  const order = resources.map((resource, applied) => ({ resource, applied }));
  order.sort((a, b) => {
    const [aMs, bMs] = [a.resource.createdMs, b.resource.createdMs];
    if (aMs !== null && bMs !== null) return aMs - bMs || a.applied - b.applied;
    return Number(aMs === null) - Number(bMs === null) || a.applied - b.applied;
  });
  const ages = new Map(order.map(({ resource }, age) => [resource, age]));
  return resources.map(({ createdMs: _, ...resource }, i) => ({ ...resource, age: ages.get(resources[i]!)! }));
}
