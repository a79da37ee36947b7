/** Manifests in YAML for tests that say what their meshes do and not how Kubernetes writes them. */

export interface StationOptions {
  readonly replicas?: number;
  /** In the mesh; default: no. */
  readonly sidecar?: boolean;
  /** Worker threads of the sidecar; default 1, so that one connection pool does for a pod. */
  readonly concurrency?: number;
  /** CPU limit of the sidecar, cores; without, Istio's. */
  readonly proxyCpu?: string;
  /** CPU limit of the container, cores. */
  readonly cpu?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Label `app`; default: the name. */
  readonly app?: string;
}

/** A Deployment. Its pods are outside the mesh unless `sidecar` says otherwise. */
export function deployment(name: string, options: StationOptions = {}): string {
  const { replicas = 1, sidecar = false, concurrency = 1, proxyCpu, cpu, labels = {}, app = name } = options;
  const limits = cpu === undefined ? {} : { resources: { limits: { cpu: String(cpu) } } };
  const annotations = {
    'proxy.istio.io/config': `{concurrency: ${concurrency}}`,
    ...(proxyCpu === undefined ? {} : { 'sidecar.istio.io/proxyCPULimit': proxyCpu }),
  };
  const template = {
    metadata: { labels: { app, ...labels, 'sidecar.istio.io/inject': String(sidecar) }, annotations },
    spec: { containers: [{ name: 'app', image: 'app', ...limits }] },
  };
  const spec = { replicas, selector: { matchLabels: { app, ...labels } }, template };
  return manifest('apps/v1', 'Deployment', name, spec);
}

/** A Service on port 80 that selects `app: name`. */
export function service(name: string, port = 80, portName = 'http'): string {
  return manifest('v1', 'Service', name, { selector: { app: name }, ports: [{ name: portName, port }] });
}

/** A Deployment and its Service. */
export function station(name: string, options: StationOptions = {}): string {
  return deployment(name, options) + service(name);
}

/** For `host`, with these fields of its one rule beside the destination, or with a whole list of rules. */
export function virtualService(host: string, http: object): string {
  const rules = Array.isArray(http) ? http : [{ route: [{ destination: { host } }], ...http }];
  return manifest('networking.istio.io/v1', 'VirtualService', host, { hosts: [host], http: rules });
}

/** `trafficPolicy` undefined: none. */
export function destinationRule(host: string, trafficPolicy?: object, subsets: readonly object[] = []): string {
  return manifest('networking.istio.io/v1', 'DestinationRule', host, { host, trafficPolicy, subsets });
}

export function manifest(apiVersion: string, kind: string, name: string, spec: object): string {
  return `---\n${JSON.stringify({ apiVersion, kind, metadata: { name }, spec })}\n`;
}
