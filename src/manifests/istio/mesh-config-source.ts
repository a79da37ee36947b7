import type { Section } from '../../reading/index.js';
import { readEmbedded } from '../../reading/index.js';
import { isWholeNumber } from '../api-names.js';
import { OBJECT_FIELDS } from '../object-fields.js';
import type { Resource } from '../resource.js';
import { ISTIO_OPERATOR_FIELDS } from './fields/mesh-config.js';

/** Where istiod lives, and the name of its ConfigMap; one with a revision adds `-REVISION`. */
const NAMESPACE = 'istio-system';
const NAME = 'istio';

/**
 * The MeshConfig among the resources: `data.mesh` of istiod's ConfigMap, else `spec.meshConfig` of an IstioOperator, of
 * which the installer makes that ConfigMap. Null: there is none. Of several the control plane without revision counts,
 * else the one applied last; the others are reported.
 * Source: Istio 1.31, pilot/pkg/bootstrap/mesh.go, getMeshConfigMapName.
 */
export function findMeshConfig(resources: readonly Resource[]): Section | null {
  const maps = resources.filter(isMeshConfigMap);
  const operators = resources.filter(isIstioOperator);
  for (const operator of operators) accountOperator(operator);
  const found = [...operators.filter(hasMeshConfig), ...maps].sort((a, b) => rank(a) - rank(b));
  const chosen = found.pop();
  for (const { section, kind, name } of found) {
    const what = `the MeshConfig of ${kind} ${name} is not used: ${chosen!.kind} ${chosen!.name} has another one`;
    section.info('not-modelled', what, 'one control plane is simulated: keep one MeshConfig', 'kind');
  }
  return chosen === undefined ? null : read(chosen);
}

/** Whether the resource is the installer's input, read for its MeshConfig. */
export function isIstioOperator({ group, kind }: Resource): boolean {
  return group === 'install.istio.io' && kind === 'IstioOperator';
}

function isMeshConfigMap({ group, kind, namespace, name, section }: Resource): boolean {
  const isOurs = group === '' && kind === 'ConfigMap' && namespace === NAMESPACE;
  if (!isOurs || (name !== NAME && !name.startsWith(`${NAME}-`))) return false;
  const data = section.value('data');
  return data?.kind === 'mapping' && data.asSection()!.has('mesh');
}

function hasMeshConfig({ section }: Resource): boolean {
  const spec = section.value('spec');
  return spec?.kind === 'mapping' && spec.asSection()!.has('meshConfig');
}

/** The higher, the more it counts; of equals the later one. */
function rank({ kind, name }: Resource): number {
  if (kind !== 'ConfigMap') return 0;
  return name === NAME ? 2 : 1;
}

function read({ kind, section }: Resource): Section | null {
  if (kind !== 'ConfigMap') return section.section('spec')!.section('meshConfig');
  return readEmbedded(section.section('data')!.value('mesh')!, isWholeNumber);
}

function accountOperator({ section }: Resource): void {
  section.account(OBJECT_FIELDS);
  section.section('spec')?.account(ISTIO_OPERATOR_FIELDS);
}
