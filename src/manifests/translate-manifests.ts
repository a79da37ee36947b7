import type { Diagnostics } from '../diagnostics/index.js';
import type { Gateway, Labels, Mesh, MeshSettings, Service, Workload } from '../mesh/index.js';
import type { Section } from '../reading/index.js';
import { reportFindings } from './findings/index.js';
import { takeInventory } from './inventory.js';
import type { ImpliedGateway, IstioFragments } from './istio/index.js';
import { impliedGateways, isIstioKind, translateIstio } from './istio/index.js';
import { isSilentKind } from './kinds.js';
import {
  isWorkloadKind,
  namespaceInjection,
  proxySettings,
  translateService,
  translateWorkload,
} from './kubernetes/index.js';
import { selects } from './labels.js';
import type { Resource } from './resource.js';

export interface TranslateOptions {
  /** `[1, 31]`. */
  readonly istioVersion: readonly [number, number];
  /** Gateways that the platform is said to have, by name; `istio-ingressgateway` exists in any case. */
  readonly impliedGateways: Readonly<Record<string, ImpliedGateway>>;
}

const ISTIO_NETWORKING = 'networking.istio.io';

/** Istio's own: no MeshConfig is read that could say otherwise. Source: Istio, mesh/v1alpha1/config.proto. */
const DEFAULTS: Omit<MeshSettings, 'istioVersion'> = {
  rootNamespace: 'istio-system',
  connectTimeoutMs: 10_000,
  outboundTrafficPolicy: 'allow-any',
};

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
  reportFindings(mesh, resources, diagnostics);
  return mesh;
}

function assemble(resources: readonly Resource[], options: TranslateOptions): Mesh {
  const namespaces = namespaceInjection(resources);
  const istio: IstioFragments = { services: [], gateways: [], routeSets: [], destinationRules: [], sidecarScopes: [] };
  const workloads: Workload[] = [];
  const services: Service[] = [];
  for (const resource of resources) {
    const { group, kind } = resource;
    if (isWorkloadKind(group, kind)) workloads.push(translateWorkload(resource, namespaces));
    else if (group === '' && kind === 'Service') services.push(...present(translateService(resource)));
    else if (group === ISTIO_NETWORKING && isIstioKind(kind))
      translateIstio(resource, kind, options.istioVersion, istio);
    else reportOther(resource);
  }
  const implied = impliedGateways(workloads, options.impliedGateways, resources.length);
  return {
    settings: { ...DEFAULTS, istioVersion: options.istioVersion },
    ...istio,
    services: [...services, ...istio.services, ...implied.services],
    workloads: [...workloads, ...implied.workloads].map((workload) => withRole(workload, istio.gateways)),
  };
}

function present(service: Service | null): readonly Service[] {
  return service === null ? [] : [service];
}

/** What a Gateway selects is a gateway, and nothing but a proxy. */
function withRole(workload: Workload, gateways: readonly Gateway[]): Workload {
  const isSelected = gateways.some(({ selector }) => !isEmpty(selector) && selects(selector, workload.labels));
  if (!isSelected) return workload;
  return { ...workload, role: 'gateway', proxy: workload.proxy ?? proxySettings(workload.cpuLimit) };
}

function isEmpty(labels: Labels): boolean {
  return Object.keys(labels).length === 0;
}

function reportOther({ group, version, kind, namespace, name, section }: Resource): void {
  const isMeshConfig = group === '' && kind === 'ConfigMap' && namespace === 'istio-system' && name === 'istio';
  if (group === '' && kind === 'Namespace') return; // read for injection
  if (isSilentKind(group, kind) && !isMeshConfig) return;
  const what = `${kind} (${group === '' ? version : group}) is read but not modelled`;
  section.info('not-modelled', what, 'the figures do not reflect it', 'kind');
}
