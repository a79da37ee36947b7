import type { Diagnostics } from '../diagnostics/index.js';
import type { Alias, Gateway, Labels, Mesh, Service, Workload } from '../mesh/index.js';
import type { Section } from '../reading/index.js';
import { reportFindings } from './findings/index.js';
import { takeInventory } from './inventory.js';
import type { ImpliedGateway } from './istio/index.js';
import {
  findMeshConfig,
  impliedGateways,
  isIstioOperator,
  istiodPushes,
  istioKind,
  isWaypointClass,
  isWaypointGateway,
  mergeSharedHosts,
  noFragments,
  proxyConfigs,
  translateIstio,
  translateMeshConfig,
  withAmbient,
} from './istio/index.js';
import { isSilentKind } from './kinds.js';
import {
  type Injection,
  isExternalName,
  isWorkloadKind,
  namespaceInjection,
  proxySettings,
  translateExternalName,
  translateService,
  translateWorkload,
} from './kubernetes/index.js';
import { selects } from './labels.js';
import type { Resource } from './resource.js';
import { withTrafficDistribution } from './traffic-distribution.js';

export interface TranslateOptions {
  /** `[1, 31]`. */
  readonly istioVersion: readonly [number, number];
  /** Gateways that the platform is said to have, by name; `istio-ingressgateway` exists in any case. */
  readonly impliedGateways: Readonly<Record<string, ImpliedGateway>>;
  /** Numbers of pods that are other than the manifests say, by workload or external host. */
  readonly replicas?: ReadonlyMap<string, number>;
}

/**
 * The mesh that a cluster would have after all documents are applied in turn. Never throws on what people wrote: what is
 * wrong goes to the diagnostics that the documents were read with, what is surprising to `diagnostics`, and all that can
 * be read is translated all the same.
 */
export function translateManifests(
  documents: readonly Section[],
  options: TranslateOptions,
  diagnostics: Diagnostics,
): Mesh {
  const resources = takeInventory(documents);
  const mesh = assemble(resources, options);
  reportFindings(mesh, resources, options.replicas ?? new Map(), diagnostics);
  return mesh;
}

function assemble(resources: readonly Resource[], { istioVersion, ...options }: TranslateOptions): Mesh {
  const { settings, exportTo, proxies } = translateMeshConfig(findMeshConfig(resources), istioVersion);
  const { rootNamespace } = settings;
  const proxyConfig = proxyConfigs(resources, { rootNamespace, said: proxies }, istioVersion);
  const injection: Injection = { namespaces: namespaceInjection(resources), proxyConfig };
  const istio = noFragments();
  const workloads: Workload[] = [];
  const services: Service[] = [];
  const aliases: Alias[] = [];
  for (const resource of resources) {
    const { group, kind } = resource;
    const known = istioKind(resource);
    if (isWorkloadKind(group, kind)) workloads.push(translateWorkload(resource, injection));
    else if (isExternalName(resource)) aliases.push(...present(translateExternalName(resource, istioVersion)));
    else if (group === '' && kind === 'Service') services.push(translateService(resource));
    else if (known !== null) translateIstio(resource, known, istioVersion, istio);
    else reportOther(resource);
  }
  const implied = impliedGateways(workloads, options.impliedGateways, resources.length);
  const gateways = implied.workloads.map((workload) => withProxy(workload, workload.proxy!.cpuLimit, injection));
  const parts = withAmbient(
    {
      services: withTrafficDistribution(
        [...services, ...mergeSharedHosts(istio.services, ownLabels(resources)), ...implied.services],
        resources,
      ).map((one) => exported(one, exportTo.services)),
      workloads: [...workloads, ...istio.workloads, ...gateways].map((workload) =>
        withRole(workload, istio.gateways, injection),
      ),
    },
    resources,
  );
  return {
    settings: { ...settings, istioVersion, pushes: istiodPushes(resources, istioVersion) },
    ...istio,
    ...parts,
    aliases,
    routeSets: istio.routeSets.map((set) => exported(set, exportTo.routeSets)),
    destinationRules: istio.destinationRules.map((rule) => exported(rule, exportTo.destinationRules)),
  };
}

/** Of the object that a service was declared by. */
function ownLabels(resources: readonly Resource[]): (service: Service) => Labels {
  const keyOf = (kind: string, namespace: string, name: string) => JSON.stringify([kind, namespace, name]);
  const sections = new Map(
    resources.map(({ kind, namespace, name, section }) => [keyOf(kind, namespace, name), section]),
  );
  return ({ origin: { resource } }) => {
    const section = sections.get(keyOf(resource.kind, resource.namespace, resource.name));
    return section?.section('metadata')?.labels('labels') ?? {};
  };
}

/** What says nothing of who sees it is seen by whom the mesh's default names. */
function exported<T extends { readonly exportTo: readonly string[] }>(resource: T, exportTo: readonly string[]): T {
  return resource.exportTo.length > 0 ? resource : { ...resource, exportTo };
}

function present<T>(translated: T | null): readonly T[] {
  return translated === null ? [] : [translated];
}

/** What a Gateway selects is a gateway, and nothing but a proxy. */
function withRole(workload: Workload, gateways: readonly Gateway[], injection: Injection): Workload {
  const isSelected = gateways.some(({ selector }) => !isEmpty(selector) && selects(selector, workload.labels));
  if (!isSelected) return workload;
  const gateway = { ...workload, role: 'gateway' } as const;
  return workload.proxy === null ? withProxy(gateway, workload.cpuLimit, injection) : gateway;
}

function withProxy(workload: Workload, cpuLimit: number | null, { proxyConfig }: Injection): Workload {
  return { ...workload, proxy: proxySettings(cpuLimit, proxyConfig(workload.namespace, workload.labels)) };
}

function isEmpty(labels: Labels): boolean {
  return Object.keys(labels).length === 0;
}

function reportOther(resource: Resource): void {
  const { group, version, kind, section } = resource;
  if (group === '' && kind === 'Namespace') return; // read for injection
  if (isSilentKind(group, kind) || isIstioOperator(resource)) return;
  if (isWaypointGateway(resource) || isWaypointClass(resource)) return;
  const what = `${kind} (${group === '' ? version : group}) is read but not modelled`;
  section.info('not-modelled', what, 'the figures do not reflect it', 'kind');
}
