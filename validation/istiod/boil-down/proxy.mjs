import { boilCluster } from './cluster.mjs';
import { boilEndpoints } from './endpoints.mjs';
import { boilListeners, HBONE_PORT } from './listener.mjs';

/** Clusters that every proxy has, whatever it is told; a waypoint's lead from one of its listeners to the next. */
const FIXED = [
  'BlackHoleCluster',
  'PassthroughCluster',
  'InboundPassthroughCluster',
  'xds-grpc',
  'sds-grpc',
  'agent',
  'main_internal',
  'encap',
  'connect_originate',
  'inner_connect_originate',
  'outer_connect_originate',
];

/** What is left of a push to one proxy: the fields that decide about requests. */
export function boilDown({ listeners = [], routes = [], clusters = [], endpoints = [] }, hosts) {
  const known = clusters.filter(({ name }) => !FIXED.includes(name) && !isTunnels(name));
  const boiled = known.map((cluster) => [cluster.name, boilCluster(cluster)]);
  const isWeighted = new Map(boiled.map(([name, { localityWeighted }]) => [name, localityWeighted === true]));
  const assignments = [
    ...endpoints,
    ...known.flatMap(({ load_assignment: inline }) => (inline === undefined ? [] : [inline])),
  ];
  return {
    ...boilListeners(listeners, routes, hosts),
    clusters: Object.fromEntries(boiled.filter(([name]) => !isInbound(name)).sort()),
    inbound: Object.fromEntries(
      boiled
        .filter(([name]) => isInbound(name))
        .map(([name, cluster]) => [name.split('|')[1], cluster])
        .sort(),
    ),
    endpoints: Object.fromEntries(
      assignments
        .filter((one) => !isInbound(one.cluster_name) && !isTunnels(one.cluster_name))
        .map((one) => [one.cluster_name, boilEndpoints(one, isWeighted.get(one.cluster_name), hosts)])
        .sort(),
    ),
  };
}

/** The Service that istiod makes for a waypoint: applications do not speak to it. */
function isTunnels(name) {
  return name.split('|')[1] === String(HBONE_PORT);
}

function isInbound(name) {
  return name.startsWith('inbound|');
}
