import { isSince, type Resolution, type Service, type ServicePort, type StaticEndpoint } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { inUrl, isIpAddress } from '../names.js';
import { protocolOf } from '../port-protocol.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { exportTo, port, selectorLabels } from './checks.js';
import type { Context } from './context.js';
import {
  ENDPOINT_FIELDS,
  SERVICE_ENTRY_FIELDS,
  SERVICE_ENTRY_PORT_FIELDS,
  WORKLOAD_SELECTOR_FIELDS,
} from './fields/service-entry.js';
import { list, number, section, text, texts, textValues } from './read.js';
import { checkServiceEntry } from './service-entry-checks.js';
import { TLS_MODE } from './workload-entry.js';

const RESOLUTIONS: ReadonlyMap<string, Resolution> = new Map([
  ['NONE', 'none'],
  ['STATIC', 'static'],
  ['DNS', 'dns'],
  ['DNS_ROUND_ROBIN', 'dns-round-robin'],
  ['DYNAMIC_DNS', 'dynamic-dns'],
]);

const ALLOCATE = 'networking.istio.io/enable-autoallocate-ip';
const ALLOCATED_SINCE = 25;

/** A ServiceEntry: one service for each of its hosts, all with the same ports and endpoints. */
export function translateServiceEntry(resource: Resource, context: Context): readonly Service[] {
  const { section: root, name, namespace, age } = resource;
  const spec = section(root, 'spec');
  account(spec, SERVICE_ENTRY_FIELDS, context);
  if (spec !== null) checkServiceEntry(spec);
  const endpoints = list(spec, 'endpoints').map((endpoint) => translateEndpoint(endpoint, context));
  if (text(spec, 'location') === 'MESH_INTERNAL')
    for (const endpoint of list(spec, 'endpoints')) reportSidecar(endpoint);
  const addresses = texts(spec, 'addresses');
  const common = {
    name,
    namespace,
    external: true,
    location: text(spec, 'location') === 'MESH_INTERNAL' ? 'mesh' : 'external',
    resolution: RESOLUTIONS.get(text(spec, 'resolution') ?? 'NONE') ?? 'none',
    ports: list(spec, 'ports').flatMap((entry) => translatePort(entry, context) ?? []),
    selector: workloadSelector(spec, context),
    headless: false,
    ...(addresses.length > 0 && { addresses: addresses.filter(isIpAddress).map(inUrl) }),
    listensAnywhere: addresses.length === 0,
    ...(refusesAddress(root, context) && { refusesAddress: true as const }),
    endpoints,
    prefers: 'any', // see withTrafficDistribution
    exportTo: exportTo(spec, namespace, true),
    age,
  } as const;
  return textValues(spec, 'hosts').map(([host, value]) => ({ ...common, origin: originOf(value), host }));
}

/** Source: Istio 1.31, pilot/pkg/networking/serviceentry, `ShouldV2AutoAllocateIP`; before 1.25 nobody was asked. */
function refusesAddress(root: Section, { istioVersion }: Context): boolean {
  const written = root.section('metadata')?.labels('labels') ?? {};
  const word = Object.hasOwn(written, ALLOCATE) ? written[ALLOCATE]! : '';
  return word.toLowerCase() === 'false' && isSince(istioVersion, ALLOCATED_SINCE);
}

/** A port without a protocol is sniffed. */
function translatePort(entry: Section, context: Context): ServicePort | null {
  account(entry, SERVICE_ENTRY_PORT_FIELDS, context);
  const number = port(entry, 'number');
  const targetPort = port(entry, 'targetPort');
  if (number === null) return null;
  const protocol = protocolOf(text(entry, 'protocol') ?? '') ?? 'auto';
  return { number, name: text(entry, 'name'), protocol, targetPort: targetPort ?? number };
}

function translateEndpoint(endpoint: Section, context: Context): StaticEndpoint {
  account(endpoint, ENDPOINT_FIELDS, context);
  return {
    origin: originOf(endpoint),
    address: text(endpoint, 'address') ?? '',
    labels: selectorLabels(endpoint, 'labels'),
    locality: text(endpoint, 'locality') || null,
    weight: number(endpoint, 'weight') || 1, // 0 counts as not written
  };
}

/** Proxies speak mutual TLS to it. */
function reportSidecar(endpoint: Section): void {
  const labels = selectorLabels(endpoint, 'labels');
  const key = endpoint.has('serviceAccount') ? 'serviceAccount' : 'labels';
  if (key === 'labels' && (!Object.hasOwn(labels, TLS_MODE) || labels[TLS_MODE] !== 'istio')) return;
  const help = "write it as a WorkloadEntry, and select it with 'workloadSelector'";
  endpoint.info('not-modelled', 'the sidecar of an endpoint that is listed is not modelled', help, key);
}

function workloadSelector(spec: Section | null, context: Context): Service['selector'] {
  const selector = section(spec, 'workloadSelector');
  if (selector === null) return null;
  account(selector, WORKLOAD_SELECTOR_FIELDS, context);
  return selectorLabels(selector, 'labels');
}
