import type { DestinationRule, Gateway, RouteSet, Service, SidecarScope } from '../../mesh/index.js';
import { quote } from '../../reading/index.js';
import { OBJECT_FIELDS } from '../object-fields.js';
import type { Resource } from '../resource.js';
import type { Version } from './context.js';
import { translateDestinationRule } from './destination-rule.js';
import { translateGateway } from './gateway.js';
import type { IstioKind } from './schema.js';
import { checkSchema } from './schema.js';
import { translateServiceEntry } from './service-entry.js';
import { translateSidecar } from './sidecar.js';
import { translateVirtualService } from './virtual-service.js';

/** What Istio's resources add to a mesh. */
export interface IstioFragments {
  readonly services: Service[];
  readonly gateways: Gateway[];
  readonly routeSets: RouteSet[];
  readonly destinationRules: DestinationRule[];
  readonly sidecarScopes: SidecarScope[];
}

const VERSIONS = ['v1', 'v1beta1', 'v1alpha3'];

/** Translates one of Istio's networking resources and adds it to `fragments`. */
export function translateIstio(
  resource: Resource,
  kind: IstioKind,
  istioVersion: Version,
  fragments: IstioFragments,
): void {
  checkVersion(resource);
  resource.section.account(OBJECT_FIELDS);
  checkSchema(resource, kind);
  const context = { namespace: resource.namespace, istioVersion };
  if (kind === 'VirtualService') fragments.routeSets.push(translateVirtualService(resource, context));
  else if (kind === 'DestinationRule') fragments.destinationRules.push(translateDestinationRule(resource, context));
  else if (kind === 'Gateway') fragments.gateways.push(translateGateway(resource, context));
  else if (kind === 'ServiceEntry') fragments.services.push(...translateServiceEntry(resource, context));
  else fragments.sidecarScopes.push(translateSidecar(resource, context));
}

function checkVersion({ section, version, kind }: Resource): void {
  if (VERSIONS.includes(version)) return;
  const what = `there is no ${kind} in ${quote(`networking.istio.io/${version}`)}`;
  section.refuse('no-kind', what, `write one of ${VERSIONS.join(', ')}`, 'apiVersion');
}
