import type { Labels, Workload } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { isDnsName, isIpAddress } from '../names.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { port, refuse, selectorLabels, warn } from './checks.js';
import type { Context } from './context.js';
import {
  WORKLOAD_ENTRY_FIELDS,
  WORKLOAD_GROUP_FIELDS,
  WORKLOAD_GROUP_METADATA_FIELDS,
} from './fields/workload-entry.js';
import { number, section, text } from './read.js';

/** Label that says whether proxies speak mutual TLS to an endpoint. */
export const TLS_MODE = 'security.istio.io/tlsMode';
const LOCALITY = 'istio-locality';
const UNIX = 'unix://';

/**
 * A WorkloadEntry: one machine outside the cluster. It has a sidecar if proxies are told to speak mutual TLS to it: by its
 * label `security.istio.io/tlsMode`, else when it has a service account.
 * Source: Istio 1.31, pilot/pkg/serviceregistry/serviceentry/conversion.go, convertWorkloadEntryToWorkloadInstance.
 */
export function translateWorkloadEntry(resource: Resource, context: Context): Workload {
  const spec = section(resource.section, 'spec');
  account(spec, WORKLOAD_ENTRY_FIELDS, context);
  const address = text(spec, 'address') ?? '';
  if (spec !== null) checkAddress(spec, address);
  const labels = selectorLabels(spec, 'labels');
  const serviceAccount = text(spec, 'serviceAccount') || null;
  const tlsMode = Object.hasOwn(labels, TLS_MODE) ? labels[TLS_MODE] : serviceAccount && 'istio';
  return machine(resource, spec, labels, 1, {
    isName: address !== '' && !isIpAddress(address),
    hasSidecar: tlsMode === 'istio',
  });
}

/**
 * A WorkloadGroup: machines that register by themselves, with a sidecar. How many there are no manifest says: none, unless
 * the Scenario gives `replicas`.
 * Source: Istio 1.31, pilot/pkg/autoregistration/controller.go, workloadEntryFromGroup.
 */
export function translateWorkloadGroup(resource: Resource, context: Context): Workload {
  const spec = section(resource.section, 'spec');
  account(spec, WORKLOAD_GROUP_FIELDS, context);
  const metadata = section(spec, 'metadata');
  account(metadata, WORKLOAD_GROUP_METADATA_FIELDS, context);
  const template = section(spec, 'template');
  account(template, WORKLOAD_ENTRY_FIELDS, context);
  const labels = { ...selectorLabels(metadata, 'labels'), ...selectorLabels(template, 'labels') };
  resource.section.info(
    'no-machines',
    `the machines of the WorkloadGroup ${resource.name} register by themselves: there are none in the manifests`,
    "give their number in the scenario: 'workloads: { NAME: { replicas: ... } }'",
    'kind',
  );
  return machine(resource, template, labels, 0, { isName: false, hasSidecar: true });
}

function machine(
  { section: root, kind, name, namespace }: Resource,
  spec: Section | null,
  labels: Labels,
  replicas: number,
  { isName, hasSidecar }: { readonly isName: boolean; readonly hasSidecar: boolean },
): Workload {
  const locality =
    text(spec, 'locality') || (Object.hasOwn(labels, LOCALITY) ? labels[LOCALITY]!.replaceAll('.', '/') : '');
  return {
    origin: originOf(root),
    kind,
    name,
    namespace,
    labels,
    replicas,
    serviceAccount: text(spec, 'serviceAccount') || 'default',
    cpuLimit: null,
    cpuRequest: null,
    namedPorts: ports(spec),
    role: 'app',
    proxy: hasSidecar ? { cpuLimit: null, concurrency: 0 } : null,
    machine: { locality: locality || null, weight: number(spec, 'weight') || 1, isName }, // a weight of 0 is none
  };
}

/** Ports by the name of a service's port. */
function ports(spec: Section | null): Readonly<Record<string, number>> {
  const named = Object.create(null) as Record<string, number>;
  const written = section(spec, 'ports');
  for (const name of written?.keys() ?? []) {
    const target = port(written, name);
    if (target !== null) named[name] = target;
  }
  return named;
}

/** Source: Istio 1.31, pkg/config/validation/validation.go, validateWorkloadEntry. */
function checkAddress(spec: Section, address: string): void {
  if (address === '') {
    if (spec.has('network')) warn(spec, 'the machine has no address', 'traffic goes by way of its network', 'network');
    else refuse(spec, 'the machine has no address', "add 'address: ...'", 'address');
  } else if (address.startsWith(UNIX)) {
    if (spec.has('ports')) refuse(spec, 'a unix socket has no ports', 'leave them out', 'ports');
  } else if (!isIpAddress(address) && !isDnsName(address)) {
    refuse(spec, `${quote(address)} is neither a name nor an address`, 'write an IP address', 'address');
  }
}
