import { AddressPlan } from '../../src/envoy/address-plan.js';
import { exportEnvoy } from '../../src/envoy/index.js';
import type { Mesh, Workload } from '../../src/mesh/index.js';
// @ts-expect-error: a script without types
import { boilDown } from '../../validation/istiod/boil-down/proxy.mjs';
import type { SentProxy } from '../validation/istiod/recording.js';

interface Listener {
  readonly address: { readonly socket_address: { readonly address: string; readonly port_value: number } };
}

interface Bootstrap {
  readonly static_resources: { readonly listeners: readonly Listener[]; readonly clusters: readonly object[] };
}

/** What a workload's exported proxy is told, boiled down as what istiod sends is. */
export function boiledExport(mesh: Mesh, workload: Workload, localityOf: (workload: Workload) => string): SentProxy {
  const { bootstrap } = exportEnvoy(mesh, workload, 0, localityOf, { folder: 'certificates' });
  const { listeners, clusters } = (bootstrap as unknown as Bootstrap).static_resources;
  const plan = new AddressPlan(mesh);
  const site = plan.sitesOf(workload)[0]!;
  const isGateway = workload.role === 'gateway';
  const own = isGateway ? plan.application(site) : plan.outbound(site);
  const outbound = listeners.filter((each) => addressOf(each) !== plan.inbound(site));
  const sent = outbound.map((each) => (addressOf(each) === own ? everywhere(each) : each));
  return boilDown({ listeners: sent, clusters }, namesIn(mesh, plan));
}

function addressOf({ address }: Listener): string {
  return address.socket_address.address;
}

/** Outbound listeners stand on the proxy's own address where in a pod all connections are led to it. */
function everywhere(listener: Listener): Listener {
  const { socket_address: socket } = listener.address;
  return { ...listener, address: { socket_address: { ...socket, address: '0.0.0.0' } } };
}

/** Whose each loopback address is, in the words of a recording. */
function namesIn(mesh: Mesh, plan: AddressPlan): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const workload of mesh.workloads)
    for (const site of plan.sitesOf(workload))
      for (const address of [plan.application(site), plan.inbound(site)]) names.set(address, workload.name);
  for (const service of mesh.services) {
    names.set(plan.service(service), service.host);
    plan.sitesOf(service).forEach((site, i) => {
      names.set(plan.application(site), service.endpoints[i]?.address ?? service.host);
    });
  }
  return names;
}
