import { renameSync, writeFileSync } from 'node:fs';

interface Endpoint {
  readonly endpoint: { readonly address: { readonly socket_address: { readonly address: string } } };
}
interface Assignment {
  readonly cluster_name: string;
  readonly endpoints: readonly { readonly lb_endpoints: readonly Endpoint[] }[];
}
interface Cluster {
  readonly name: string;
  readonly load_assignment?: Assignment;
}
interface Bootstrap {
  readonly static_resources: { readonly clusters: readonly Cluster[] };
}

const TYPE = 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment';

/**
 * A bootstrap whose clusters read their endpoints from files where some come and go, as a control plane would send them.
 * Source: Envoy, "Dynamic from filesystem"; a file is read anew when another is moved into its place.
 */
export class EndpointFiles {
  readonly bootstrap: object;
  readonly #files: readonly { readonly path: string; readonly assignment: Assignment }[];
  #version = 0;

  /** `addresses`: of those that come and go. `prefix`: of the files' paths. */
  constructor(bootstrap: object, addresses: ReadonlySet<string>, prefix: string) {
    const given = bootstrap as Bootstrap;
    const { clusters } = given.static_resources;
    const pathOf = ({ name }: Cluster) =>
      `${prefix}.${clusters.findIndex((each) => each.name === name)}.endpoints.json`;
    const isWatched = (cluster: Cluster) => hostsOf(cluster).some((host) => addresses.has(addressOf(host)));
    this.bootstrap = {
      ...given,
      static_resources: {
        ...given.static_resources,
        clusters: clusters.map((cluster) => (isWatched(cluster) ? readingFrom(cluster, pathOf(cluster)) : cluster)),
      },
    };
    this.#files = clusters
      .filter(isWatched)
      .map((cluster) => ({ path: pathOf(cluster), assignment: cluster.load_assignment! }));
    this.write(new Set());
  }

  /** From now on all but these addresses are there. */
  write(missing: ReadonlySet<string>): void {
    this.#version++;
    for (const { path, assignment } of this.#files) {
      const endpoints = assignment.endpoints.map((group) => ({
        ...group,
        lb_endpoints: group.lb_endpoints.filter((host) => !missing.has(addressOf(host))),
      }));
      const resources = [{ '@type': TYPE, ...assignment, endpoints }];
      writeFileSync(`${path}.part`, JSON.stringify({ version_info: String(this.#version), resources }));
      renameSync(`${path}.part`, path);
    }
  }
}

function hostsOf({ load_assignment }: Cluster): readonly Endpoint[] {
  return (load_assignment?.endpoints ?? []).flatMap((group) => group.lb_endpoints ?? []);
}

function addressOf({ endpoint }: Endpoint): string {
  return endpoint.address.socket_address.address;
}

function readingFrom({ load_assignment: _, ...cluster }: Cluster, path: string): object {
  const eds_config = { resource_api_version: 'V3', path_config_source: { path } };
  return { ...cluster, type: 'EDS', eds_cluster_config: { eds_config } };
}
