import type { Origin, Service, Workload } from '../../mesh/index.js';
import { serviceHost } from '../hosts.js';

/** A gateway that an installation has though no manifest says so. */
export interface ImpliedGateway {
  readonly replicas: number;
  /** CPU limit of its proxy in cores. */
  readonly cpu: number;
}

const NAMESPACE = 'istio-system';
/** What every installation has. */
const STANDARD = 'istio-ingressgateway';
const STANDARD_SIZE: ImpliedGateway = { replicas: 1, cpu: 2 };
/** Source: Istio 1.32, manifests/charts/gateways/istio-ingress/values.yaml. */
const PORTS = [
  { number: 80, name: 'http2', protocol: 'http2', targetPort: 8080 },
  { number: 443, name: 'https', protocol: 'https', targetPort: 8443 },
  { number: 15_021, name: 'status-port', protocol: 'auto', targetPort: 15_021 },
] as const;

/**
 * The standard gateway and those in `sizes`, as far as no workload of that name is declared; each a Deployment in
 * istio-system and its Service. `ageFirst`: the rank of the first Service.
 */
export function impliedGateways(
  declared: readonly Workload[],
  sizes: Readonly<Record<string, ImpliedGateway>>,
  ageFirst: number,
): { readonly workloads: readonly Workload[]; readonly services: readonly Service[] } {
  const names = [...new Set([STANDARD, ...Object.keys(sizes)])];
  const implied = names.filter((name) => !declared.some((workload) => workload.name === name));
  return {
    workloads: implied.map((name) => gatewayWorkload(name, Object.hasOwn(sizes, name) ? sizes[name]! : STANDARD_SIZE)),
    services: implied.map((name, i) => gatewayService(name, ageFirst + i)),
  };
}

function gatewayWorkload(name: string, { replicas, cpu }: ImpliedGateway): Workload {
  return {
    origin: originOf('Deployment', name),
    kind: 'Deployment',
    name,
    namespace: NAMESPACE,
    labels: labelsOf(name),
    replicas,
    serviceAccount: `${name}-service-account`,
    cpuLimit: null,
    cpuRequest: null,
    namedPorts: {},
    role: 'gateway',
    proxy: { cpuLimit: cpu, concurrency: Math.ceil(cpu) },
  };
}

function gatewayService(name: string, age: number): Service {
  return {
    origin: originOf('Service', name),
    name,
    namespace: NAMESPACE,
    host: serviceHost(name, NAMESPACE),
    external: false,
    location: 'mesh',
    resolution: 'cluster',
    ports: PORTS,
    selector: labelsOf(name),
    headless: false,
    listensAnywhere: false,
    endpoints: [],
    prefers: 'any',
    exportTo: [],
    age,
  };
}

function labelsOf(name: string): Workload['labels'] {
  return { app: name, istio: name.replace(/^istio-/, '') };
}

function originOf(kind: string, name: string): Origin {
  const resource = { kind, namespace: NAMESPACE, name };
  return { file: '', line: 1, column: 1, resource, path: '', generated: true };
}
