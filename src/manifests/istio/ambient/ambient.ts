import { GATEWAY_NAME_LABEL, type Service, type Workload } from '../../../mesh/index.js';
import type { Resource } from '../../resource.js';
import { namespacesOf } from './namespace-labels.js';
import { WaypointBindings } from './waypoint-binding.js';
import {
  impliedWaypoint,
  isWaypointClass,
  isWaypointGateway,
  translateWaypointClass,
  translateWaypointGateway,
  type WaypointGateway,
} from './waypoint-gateway.js';

/** Whose kinds workloads and services are made of: others may have a Service too. */
const GROUPS = ['', 'apps', 'batch', 'networking.istio.io'];

/** What ambient mode is about in a mesh. */
export interface AmbientParts {
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
}

/** The parts with the waypoints that they ask for, and which service is reached through which. */
export function withAmbient({ workloads, services }: AmbientParts, resources: readonly Resource[]): AmbientParts {
  const namespaces = namespacesOf(resources);
  const classes = resources.filter(isWaypointClass).map(translateWaypointClass);
  const waypoints = resources
    .filter(isWaypointGateway)
    .map((each) => translateWaypointGateway(each, classes[0] ?? null));
  const bindings = new WaypointBindings(waypoints, namespaces);
  const translated = resources.filter(({ group }) => GROUPS.includes(group));
  const declared = new Map(translated.map((resource) => [keyOf(resource), resource]));
  for (const workload of workloads) reportWorkloadWaypoint(workload, declared);
  return {
    workloads: withWaypoints(workloads, waypoints),
    services: services.map((service) => {
      const source = declared.get(keyOf(service.origin.resource));
      const waypoint = source === undefined ? null : bindings.of(service, source);
      return waypoint === null ? service : { ...service, waypoint };
    }),
  };
}

/** A waypoint's pods are those of its Deployment, if there is one, else one that istiod starts. */
function withWaypoints(workloads: readonly Workload[], waypoints: readonly WaypointGateway[]): readonly Workload[] {
  const isOf = ({ resource }: WaypointGateway, { namespace, labels }: Workload) =>
    namespace === resource.namespace && labels[GATEWAY_NAME_LABEL] === resource.name;
  const marked = workloads.map((workload) => {
    const isWaypoint = workload.proxy !== null && waypoints.some((waypoint) => isOf(waypoint, workload));
    return isWaypoint ? { ...workload, role: 'waypoint' as const } : workload;
  });
  const implied = waypoints.filter((waypoint) => !marked.some((workload) => isOf(waypoint, workload)));
  return [...marked, ...implied.map(impliedWaypoint)];
}

/** Only calls to a pod's own address go by the label of a pod, and there are none: all go to services. */
function reportWorkloadWaypoint({ labels, origin }: Workload, declared: ReadonlyMap<string, Resource>): void {
  const name = labels['istio.io/use-waypoint'];
  if (name === undefined || name === 'none') return;
  const what = 'a waypoint of pods takes calls to their own addresses, which the model does not have';
  declared
    .get(keyOf(origin.resource))
    ?.section.info('not-modelled', what, 'label the Service to send calls to it over the waypoint', 'kind');
}

function keyOf({ kind, namespace, name }: Pick<Resource, 'kind' | 'namespace' | 'name'>): string {
  return JSON.stringify([kind, namespace, name]);
}
