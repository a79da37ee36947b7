import type { Labels, Service, ServicePort } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { inUrl, isIpAddress } from '../names.js';
import { OBJECT_FIELDS } from '../object-fields.js';
import { portProtocol } from '../port-protocol.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { SERVICE_FIELDS, SERVICE_PORT_FIELDS } from './fields.js';

const EXPORT_TO = 'networking.istio.io/exportTo';

/** A Kubernetes Service with endpoints of its own. */
export function translateService({ section, name, namespace, age }: Resource): Service {
  const spec = section.section('spec');
  section.account(OBJECT_FIELDS);
  spec?.account(SERVICE_FIELDS);
  reportLocalPolicy(spec);
  const selector = spec?.labels('selector') ?? {};
  const clusterIp = String(spec?.value('clusterIP')?.raw() ?? '');
  return {
    origin: originOf(section),
    name,
    namespace,
    host: `${name}.${namespace}.svc.cluster.local`,
    external: false,
    location: 'mesh',
    resolution: 'cluster',
    ports: translatePorts(spec),
    selector: Object.keys(selector).length > 0 ? selector : null,
    headless: clusterIp === 'None',
    ...(isIpAddress(clusterIp) && { addresses: [inUrl(clusterIp)] }),
    listensAnywhere: false,
    endpoints: [],
    prefers: 'any', // see withTrafficDistribution
    exportTo: exportTo(section),
    age,
  };
}

function reportLocalPolicy(spec: Section | null): void {
  if (spec?.value('internalTrafficPolicy')?.raw() !== 'Local') return;
  const what = 'internalTrafficPolicy Local is read but not modelled';
  spec.info('not-modelled', what, 'the figures do not reflect it', 'internalTrafficPolicy');
}

export function translatePorts(spec: Section | null): readonly ServicePort[] {
  checkPortNames(spec?.list('ports') ?? []);
  const ports = (spec?.list('ports') ?? []).flatMap((port) => translatePort(port) ?? []);
  if (spec !== null && ports.length === 0 && !spec.has('ports') && spec.value('clusterIP')?.raw() !== 'None') {
    spec.refuse('no-ports', 'the Service has no ports', "add 'ports: [{ port: ... }]'");
  }
  return ports;
}

/** Source: Kubernetes, pkg/apis/core/validation, ValidateService: names tell several ports apart. */
function checkPortNames(ports: readonly Section[]): void {
  const seen = new Set<string>();
  for (const port of ports) {
    const name = port.text('name');
    if (name === null && !port.has('name') && ports.length > 1) {
      port.refuse('bad-port-name', 'one of several ports has no name', "add 'name: http-...'");
    } else if (name !== null && seen.has(name)) {
      port.refuse('bad-port-name', `the port name ${quote(name)} stands here twice`, 'rename one of them', 'name');
    }
    if (name !== null) seen.add(name);
  }
}

function translatePort(section: Section): ServicePort | null {
  section.account(SERVICE_PORT_FIELDS);
  const number = section.count('port');
  if (number === null || !isPort(number)) {
    const written = section.value('port')?.written ?? 'nothing';
    section.refuse('bad-port', `${quote(written)} is not a port`, 'write a number from 1 to 65535', 'port');
    return null;
  }
  const name = section.text('name');
  const appProtocol = section.text('appProtocol');
  const udp = section.text('protocol') === 'UDP';
  return {
    number,
    name,
    protocol: portProtocol({ number, name, appProtocol, udp }),
    targetPort: targetPort(section) ?? number,
  };
}

function targetPort(section: Section): number | string | null {
  const target = section.value('targetPort')?.raw() ?? null;
  if (target === null || (typeof target === 'string' && target !== '')) return target as string | null;
  if (target === 0) return null; // as if it were left out
  if (typeof target === 'number' && isPort(target)) return target;
  const written = section.value('targetPort')!.written;
  section.refuse(
    'bad-port',
    `${quote(written)} is not a port`,
    'write a number, or the name of a container port',
    'targetPort',
  );
  return null;
}

function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65_535;
}

/** The annotation's entries; empty: the mesh's default. Source: Istio 1.32, pilot/pkg/serviceregistry/kube/conversion.go. */
function exportTo(section: Section): readonly string[] {
  const annotations: Labels = section.section('metadata')?.labels('annotations') ?? {};
  const entries = (annotations[EXPORT_TO] ?? '').split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '');
}
