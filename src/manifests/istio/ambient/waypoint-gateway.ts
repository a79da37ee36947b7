import { GATEWAY_NAME_LABEL, type Labels, type WaypointTraffic, type Workload } from '../../../mesh/index.js';
import { type Accounting, quote, type Section } from '../../../reading/index.js';
import { selects } from '../../labels.js';
import { OBJECT_FIELDS } from '../../object-fields.js';
import { originOf, type Resource } from '../../resource.js';

/** A Gateway that asks istiod for a waypoint. */
export interface WaypointGateway {
  readonly resource: Resource;
  readonly traffic: WaypointTraffic;
  /** Whether services of a namespace with these labels may use it. */
  allows(namespace: string, labels: Labels): boolean;
}

type Fields = Readonly<Record<string, Accounting>>;

const GROUP = 'gateway.networking.k8s.io';
const CLASS = 'istio-waypoint';
const TRAFFIC_LABEL = 'istio.io/waypoint-for';
const TRAFFIC: readonly WaypointTraffic[] = ['service', 'workload', 'all', 'none'];
const HBONE_PORT = 15_008;
/** Istio 1.31, manifests/charts/istio-control/istio-discovery/values.yaml, global.waypoint.resources. */
const CPU_LIMIT = 2;

/** Source: Gateway API 1.4, apis/v1/gateway_types.go, GatewaySpec. */
const SPEC_FIELDS = {
  addresses: 'no-effect',
  allowedListeners: 'no-effect',
  backendTLS: 'no-effect',
  defaultScope: 'no-effect',
  gatewayClassName: 'modelled',
  infrastructure: 'no-effect', // labels, annotations, and a ConfigMap with overrides
  listeners: 'modelled',
  tls: 'no-effect',
} as const satisfies Fields;

/** Source: as above, Listener, AllowedRoutes, RouteNamespaces; LabelSelector. */
const LISTENER_FIELDS = {
  allowedRoutes: 'modelled',
  hostname: 'no-effect',
  name: 'no-effect',
  port: 'modelled',
  protocol: 'modelled',
  tls: 'no-effect',
} as const satisfies Fields;
/** Source: as above, apis/v1/gatewayclass_types.go, GatewayClassSpec. */
const CLASS_FIELDS = {
  controllerName: 'no-effect',
  description: 'no-effect',
  parametersRef: 'no-effect',
} as const satisfies Fields;
const ROUTES_FIELDS = { kinds: 'no-effect', namespaces: 'modelled' } as const satisfies Fields;
const NAMESPACES_FIELDS = { from: 'modelled', selector: 'modelled' } as const satisfies Fields;
const SELECTOR_FIELDS = { matchExpressions: 'not-modelled', matchLabels: 'modelled' } as const satisfies Fields;

/** Of all Gateways of the Gateway API only these are read. */
export function isWaypointGateway({ group, kind, section }: Resource): boolean {
  if (group !== GROUP || kind !== 'Gateway') return false;
  const spec = section.value('spec');
  return spec?.kind === 'mapping' && spec.asSection()?.value('gatewayClassName')?.raw() === CLASS;
}

/** What its waypoints are for unless they say so themselves. */
export function isWaypointClass({ group, kind, name }: Resource): boolean {
  return group === GROUP && kind === 'GatewayClass' && name === CLASS;
}

/** Null: it does not say. */
export function translateWaypointClass({ section }: Resource): WaypointTraffic | null {
  section.account(OBJECT_FIELDS);
  section.section('spec')?.account(CLASS_FIELDS);
  return trafficOf(section.section('metadata'));
}

/**
 * `byClass`: what the class says that its waypoints are for.
 * Source: Istio 1.31, pilot/pkg/serviceregistry/ambient/waypoints.go, `gatewayToWaypointTransform`.
 */
export function translateWaypointGateway(resource: Resource, byClass: WaypointTraffic | null): WaypointGateway {
  const { section, namespace } = resource;
  section.account(OBJECT_FIELDS);
  const spec = section.section('spec');
  spec?.account(SPEC_FIELDS);
  const listeners = spec?.list('listeners') ?? [];
  for (const listener of listeners) listener.account(LISTENER_FIELDS);
  const isHbone = (listener: Section) => listener.text('protocol') === 'HBONE' && listener.count('port') === HBONE_PORT;
  return {
    resource,
    traffic: trafficOf(section.section('metadata')) ?? byClass ?? 'service',
    allows: allowedNamespaces(listeners.find(isHbone) ?? null, namespace),
  };
}

/** The pods that istiod runs for a waypoint of which no manifest has a Deployment. */
export function impliedWaypoint({ resource }: WaypointGateway): Workload {
  const { section, name, namespace } = resource;
  return {
    origin: originOf(section),
    kind: 'Deployment',
    name,
    namespace,
    labels: { [GATEWAY_NAME_LABEL]: name },
    replicas: 1,
    serviceAccount: name,
    cpuLimit: null,
    cpuRequest: null,
    namedPorts: {},
    role: 'waypoint',
    proxy: { cpuLimit: CPU_LIMIT, concurrency: CPU_LIMIT },
  };
}

function trafficOf(metadata: Section | null): WaypointTraffic | null {
  const written = metadata?.labels('labels')?.[TRAFFIC_LABEL];
  if (written === undefined) return null;
  const traffic = TRAFFIC.find((each) => each === written);
  if (traffic !== undefined) return traffic;
  const what = `${quote(written)} is nothing that a waypoint can be for: nobody is sent to it`;
  metadata!.section('labels')?.warning('bad-label', what, `write ${TRAFFIC.join(', ')}`, TRAFFIC_LABEL);
  return 'none';
}

/** Which namespaces may use it: `own`, unless the listener says otherwise; what it selects may leave out its own. */
function allowedNamespaces(listener: Section | null, own: string): WaypointGateway['allows'] {
  const routes = listener?.section('allowedRoutes') ?? null;
  routes?.account(ROUTES_FIELDS);
  const namespaces = routes?.section('namespaces') ?? null;
  namespaces?.account(NAMESPACES_FIELDS);
  const from = namespaces?.text('from') ?? 'Same';
  if (from === 'All') return () => true;
  if (from !== 'Selector') return (namespace) => namespace === own;
  const selector = namespaces?.section('selector') ?? null;
  if (selector === null) return () => false;
  selector.account(SELECTOR_FIELDS);
  const wanted = selector.labels('matchLabels') ?? {};
  return (namespace, labels) => selects(wanted, { 'kubernetes.io/metadata.name': namespace, ...labels });
}
