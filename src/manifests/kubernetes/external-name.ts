import type { Alias } from '../../mesh/index.js';
import { quote } from '../../reading/index.js';
import { serviceHost } from '../hosts.js';
import { isObjectName } from '../names.js';
import { OBJECT_FIELDS } from '../object-fields.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { SERVICE_FIELDS } from './fields.js';
import { translatePorts } from './service.js';

/** Since when istiod takes such a Service for an alias (ENABLE_EXTERNAL_NAME_ALIAS). */
const ALIASES_SINCE = 21;

/** Whether the resource is a Service that stands for another name. */
export function isExternalName({ group, kind, section }: Resource): boolean {
  if (group !== '' || kind !== 'Service') return false;
  const spec = section.value('spec');
  return spec?.kind === 'mapping' && spec.asSection()!.raw('type') === 'ExternalName';
}

/** A Service of type ExternalName; null when it names nobody, which is reported. */
export function translateExternalName(
  { section, name, namespace }: Resource,
  istioVersion: readonly [number, number],
): Alias | null {
  const spec = section.section('spec')!;
  section.account(OBJECT_FIELDS);
  spec.account(SERVICE_FIELDS);
  const written = spec.text('externalName') ?? '';
  const target = written.endsWith('.') ? written.slice(0, -1) : written;
  if (!isObjectName(target)) {
    const what =
      written === '' ? 'the ExternalName Service has no externalName' : `${quote(written)} is not a host name`;
    spec.refuse('bad-name', what, "write 'externalName: db.example.com', in lower case", 'externalName');
    return null;
  }
  if (istioVersion[0] === 1 && istioVersion[1] < ALIASES_SINCE) {
    const what = `before Istio 1.${ALIASES_SINCE} an ExternalName is no alias, which is not modelled`;
    spec.info('not-modelled', what, 'it is simulated as one', 'type');
  }
  const ports = spec.has('ports') ? translatePorts(spec) : [];
  return { origin: originOf(section), name, namespace, host: serviceHost(name, namespace), target, ports };
}
