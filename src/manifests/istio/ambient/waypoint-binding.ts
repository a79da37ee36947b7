import type { Service, WaypointBinding } from '../../../mesh/index.js';
import { quote, type Section } from '../../../reading/index.js';
import { originOf, type Resource } from '../../resource.js';
import { labelsOf, type Namespaces, type WrittenLabels } from './namespace-labels.js';
import type { WaypointGateway } from './waypoint-gateway.js';

const USE = 'istio.io/use-waypoint';
const USE_NAMESPACE = 'istio.io/use-waypoint-namespace';
const CANARY = 'istio.io/use-waypoint-canary';
const INGRESS = 'istio.io/ingress-use-waypoint';
const NOBODY = 'none';
const CANARY_WEIGHT = 'istio.io/use-waypoint-canary-weight';
/** Services that istiod makes for waypoints and east-west gateways carry it, and have no waypoint of their own. */
const MANAGED = 'gateway.istio.io/managed';
const MANAGERS = ['istio.io-mesh-controller', 'istio.io-eastwest-controller'];
const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];

/**
 * Which waypoint takes calls to a service: the one that its own label names, else its namespace's. What names none that
 * takes calls to services has none, and callers go straight to its pods.
 * Source: Istio 1.31, pilot/pkg/serviceregistry/ambient/waypoints.go, `fetchWaypointForService`.
 */
export class WaypointBindings {
  readonly #waypoints: ReadonlyMap<string, WaypointGateway>;
  readonly #namespaces: Namespaces;
  readonly #ofNamespace = new Map<string, Omit<WaypointBinding, 'forIngress'> | null>();

  constructor(waypoints: readonly WaypointGateway[], namespaces: Namespaces) {
    this.#waypoints = new Map(waypoints.map((each) => [keyOf(each.resource.namespace, each.resource.name), each]));
    this.#namespaces = namespaces;
  }

  /** `declared`: what the service was translated from. Null: no waypoint. */
  of(service: Service, declared: Resource): WaypointBinding | null {
    const { namespace } = service;
    const own = labelsOf(declared.section);
    if (MANAGERS.includes(own.labels[MANAGED] ?? '')) return null;
    if (!hasAddress(service)) return this.#reportAddressless(own, service);
    const found = own.labels[USE] === undefined ? this.#inherited(namespace) : this.#named(own, namespace);
    if (found === null) return null;
    const forIngress = own.labels[INGRESS] ?? this.#namespaces.get(namespace)?.labels[INGRESS];
    return { ...found, forIngress: TRUE.includes(forIngress ?? '') };
  }

  #inherited(namespace: string): Omit<WaypointBinding, 'forIngress'> | null {
    const known = this.#ofNamespace.get(namespace);
    if (known !== undefined) return known;
    const asking = this.#namespaces.get(namespace);
    const found = asking === undefined ? null : this.#named(asking, namespace);
    this.#ofNamespace.set(namespace, found);
    return found;
  }

  #named({ labels, annotations, at }: WrittenLabels, asking: string): Omit<WaypointBinding, 'forIngress'> | null {
    const name = labels[USE];
    if (name === undefined || name === NOBODY || at === null) return null;
    if (labels[CANARY] !== undefined && (annotations[CANARY_WEIGHT] ?? '0') !== '0') {
      at.info('not-modelled', 'a second waypoint is read but not modelled', 'the first takes all calls', CANARY);
    }
    const namespace = labels[USE_NAMESPACE] ?? asking;
    const waypoint = this.#waypoints.get(keyOf(namespace, name));
    if (waypoint === undefined) return this.#reportMissing(at, namespace, name);
    if (!waypoint.allows(asking, this.#namespaces.get(asking)?.labels ?? {})) {
      const what = `the waypoint ${namespace}/${name} does not let namespace ${asking} use it: calls go on without`;
      at.warning('waypoint-not-allowed', what, 'set allowedRoutes.namespaces of its listener', USE);
      return null;
    }
    if (waypoint.traffic !== 'service' && waypoint.traffic !== 'all') {
      const what = `the waypoint ${namespace}/${name} is for ${quote(waypoint.traffic)}: calls to services go on without`;
      at.warning('waypoint-not-for-services', what, "label it 'istio.io/waypoint-for: service', or all", USE);
      return null;
    }
    const origin = { ...originOf(at.value(USE)!), path: '' };
    return { origin, namespace, name };
  }

  /** A waypoint takes calls to addresses of services. Those of a whole namespace are not meant one by one. */
  #reportAddressless({ labels, at }: WrittenLabels, { host }: Service): null {
    if (labels[USE] === undefined || labels[USE] === NOBODY) return null;
    const what = `${host} has no address of its own: calls go to its pods without a waypoint`;
    at?.warning('waypoint-without-address', what, 'give the Service a clusterIP, or leave the label out', USE);
    return null;
  }

  #reportMissing(at: Section, namespace: string, name: string): null {
    const what = `there is no waypoint ${quote(`${namespace}/${name}`)}: calls go on without`;
    const help = `add a Gateway of the class istio-waypoint with this name, or leave ${USE} out`;
    at.warning('waypoint-not-found', what, help, USE);
    return null;
  }
}

/**
 * Istiod gives addresses to ServiceEntries that have none, but to wildcards and where callers resolve the host.
 * Source: Istio 1.31, pilot/pkg/networking/core/listener_waypoint.go, `buildWaypointInternal`;
 * pilot/pkg/networking/serviceentry/ip_autoallocation.go, `ShouldV2AutoAllocateIP`.
 */
function hasAddress({ headless, listensAnywhere, resolution, host }: Service): boolean {
  if (headless) return false;
  const isGiven = resolution !== 'none' && (!host.startsWith('*') || resolution === 'dynamic-dns');
  return !listensAnywhere || isGiven;
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
