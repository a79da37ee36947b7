import {
  type AuthorizationPolicy,
  groupBy,
  type Mesh,
  MeshResolver,
  type Origin,
  type Workload,
  type WorkloadPolicies,
  workloadName,
} from '../mesh/index.js';
import { AddressPlan } from './address-plan.js';
import { enforceable, type Policies } from './authorization.js';
import { inboundCluster } from './cluster.js';
import type { LocalityOf } from './endpoints.js';
import { inboundListeners } from './inbound.js';
import { OutboundExport } from './outbound.js';
import { type Certificates, type Credential, identityOf, serverCredential } from './tls.js';
import { type Message, socket } from './words.js';

/** Where Envoy's administration listens, on its proxy's own outbound address. */
const ADMIN_PORT = 15000;

export interface EnvoyExport {
  /** A bootstrap of Envoy, version 3 of its API, whose listeners and clusters are static. */
  readonly bootstrap: Message;
  /** The certificates that it reads; none without `certificates`. */
  readonly credentials: readonly Credential[];
  /** What the proxy would do in the mesh and this configuration does not, in words. */
  readonly leftOut: readonly string[];
}

/**
 * The configuration of the proxy of one pod, as a stock Envoy takes it, with everything on loopback addresses
 * (`AddressPlan`). `ordinal`: which pod, from 0. `certificates`: null, connections are plaintext.
 * Source: Envoy, api/envoy/config/bootstrap/v3/bootstrap.proto; Istio 1.31, pilot/pkg/networking/core.
 */
export function exportEnvoy(
  mesh: Mesh,
  workload: Workload,
  ordinal: number,
  localityOf: LocalityOf,
  certificates: Certificates | null = null,
): EnvoyExport {
  const resolver = new MeshResolver(mesh);
  const plan = new AddressPlan(mesh);
  const site = plan.sitesOf(workload)[ordinal];
  if (site === undefined) throw new RangeError(`${workloadName(workload)} has no pod ${ordinal}`);
  const policies = resolver.policies(workload) ?? NONE;
  const judged = enforceable(policies, certificates !== null);
  const outbound = new OutboundExport(resolver, plan, workload, site, localityOf, certificates, judged);
  const inbound =
    workload.role === 'app' ? inboundListeners(mesh, resolver, workload, plan.inbound(site), certificates, judged) : [];
  const address = plan.outbound(site);
  return {
    bootstrap: {
      node: { id: `${workloadName(workload)}-${ordinal}`, cluster: workloadName(workload) },
      admin: { address: socket(address, ADMIN_PORT) },
      static_resources: {
        listeners: [...outbound.listeners(), ...inbound.map((each) => each.listener)],
        clusters: [
          ...outbound.clusters(),
          ...inbound.map(({ port, effective }) => inboundCluster(port, plan.application(site), effective)),
        ],
      },
    },
    credentials: certificates === null ? [] : [identityOf(workload), ...serversOf(workload, resolver)],
    leftOut: [
      ...withoutEffect(policies, judged),
      ...(certificates === null && workload.role === 'app' ? unrefused(workload, resolver) : []),
      ...outbound.leftOut(),
    ],
  };
}

function serversOf(workload: Workload, resolver: MeshResolver): readonly Credential[] {
  const servers = resolver.listeners(workload).flatMap(({ server }) => (server && serverCredential(server)) ?? []);
  const byName = groupBy(servers, ({ name }) => name);
  return [...byName].map(([name, all]) => ({
    name,
    uris: [],
    dnsNames: [...new Set(all.flatMap(({ dnsNames }) => dnsNames))],
  }));
}

/** Where plaintext is taken that the mesh refuses. */
function unrefused(workload: Workload, resolver: MeshResolver): readonly string[] {
  const modes = resolver.inboundPorts(workload).map((port) => resolver.mutualTls(workload, port));
  const strict = modes.flatMap(({ mode, origin }) => (mode === 'strict' && origin !== null ? [origin] : []));
  return [...new Set(strict)].map((origin) => `${named(origin)}: without certificates plaintext is taken`);
}

const NONE: WorkloadPolicies = { tokens: [], custom: [], audit: [], deny: [], allow: [] };

/** Those that the configuration does not enforce. */
function withoutEffect({ tokens, custom, audit, deny, allow }: WorkloadPolicies, judged: Policies): readonly string[] {
  const isLeftOut = (policy: AuthorizationPolicy) => !judged.deny.includes(policy) && !judged.allow.includes(policy);
  const origins = [...tokens, ...custom, ...audit, ...[...deny, ...allow].filter(isLeftOut)].map(
    ({ origin }) => origin,
  );
  return origins.map(named);
}

function named({ file, line, resource }: Origin): string {
  return `${resource.kind} ${resource.name} (${file}:${line})`;
}
