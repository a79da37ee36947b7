import type { Mesh, Service, Workload } from '../mesh/index.js';

/** A pod, a machine or an address outside: something that can be called. */
export interface Site {
  /** From 0, in the order of the manifests. */
  readonly number: number;
  /** Among those of its workload or service. */
  readonly ordinal: number;
}

const HIGHEST = 2 ** 22 - 1;

/**
 * Where on the loopback interface everything of a mesh is, so that the proxies of several pods, exported one by one, find
 * each other on one machine. Each site has three addresses with the ports that it has in the mesh: its application's in
 * 127.0.0.0/10, its proxy's for what comes in in 127.64.0.0/10, its proxy's for what the application sends, and for the
 * proxy's administration, in 127.128.0.0/10. Services with listeners of their own are in 127.192.0.0/10.
 */
export class AddressPlan {
  readonly #sites = new Map<Workload | Service, readonly Site[]>();
  readonly #services = new Map<Service, number>();

  /** Throws RangeError for more than 4 million sites. */
  constructor(mesh: Mesh) {
    let number = 0;
    const settle = (owner: Workload | Service, count: number) => {
      this.#sites.set(
        owner,
        Array.from({ length: count }, (_, ordinal) => ({ number: number++, ordinal })),
      );
    };
    for (const workload of mesh.workloads) settle(workload, workload.replicas);
    for (const service of mesh.services) {
      if (service.external && service.selector === null) settle(service, Math.max(1, service.endpoints.length));
    }
    mesh.services.forEach((service, index) => {
      this.#services.set(service, index);
    });
    if (number > HIGHEST) throw new RangeError(`${number} pods are more than 127.0.0.0/8 has room for`);
  }

  sitesOf(owner: Workload | Service): readonly Site[] {
    return this.#sites.get(owner) ?? [];
  }

  application({ number }: Site): string {
    return addressIn(0, number);
  }

  inbound({ number }: Site): string {
    return addressIn(1, number);
  }

  outbound({ number }: Site): string {
    return addressIn(2, number);
  }

  /** Where others call a pod: what comes to it comes to its sidecar, if it has one. */
  called({ role, proxy }: Workload, site: Site): string {
    return role === 'app' && proxy !== null ? this.inbound(site) : this.application(site);
  }

  service(service: Service): string {
    return addressIn(3, this.#services.get(service)!);
  }
}

/** The block's address of this number; the block's first is left to the machine. */
function addressIn(block: number, number: number): string {
  const bits = (block << 22) + number + 256;
  return `127.${bits >>> 16}.${(bits >>> 8) & 255}.${bits & 255}`;
}
