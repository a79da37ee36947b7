/** Manifests of ambient mode for tests, in YAML. */

interface Labels {
  readonly [name: string]: string;
}

export function namespace(name: string, labels: Labels): string {
  return document({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

/** A Gateway of the class of waypoints. `from`: whose services may use it. */
export function waypoint(name: string, options: { in?: string; labels?: Labels; from?: object } = {}): string {
  const listener = { name: 'mesh', port: 15_008, protocol: 'HBONE' };
  const allowed = options.from === undefined ? {} : { allowedRoutes: { namespaces: options.from } };
  return document({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace: options.in ?? 'default', labels: options.labels ?? {} },
    spec: { gatewayClassName: 'istio-waypoint', listeners: [{ ...listener, ...allowed }] },
  });
}

/** Everything in the namespace `default` in ambient mode, its services behind the waypoint `waypoint`. */
export const AMBIENT_DEFAULT = namespace('default', { 'istio.io/dataplane-mode': 'ambient' });
export const BEHIND_WAYPOINT =
  namespace('default', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' }) +
  waypoint('waypoint');

/** A Deployment that says nothing of the mesh but by `labels` of its pods. */
export function pods(name: string, options: { in?: string; labels?: Labels; replicas?: number; spec?: object } = {}) {
  const labels = { app: name, ...options.labels };
  const containers = [{ name: 'app', image: 'app' }];
  const spec = {
    replicas: options.replicas ?? 1,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels }, spec: { containers, ...options.spec } },
  };
  return document({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: options.in ?? 'default' },
    spec,
  });
}

/** A Service on port 80 for `app: name`. */
export function serviceOf(name: string, options: { in?: string; labels?: Labels; port?: string } = {}): string {
  return document({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: options.in ?? 'default', labels: options.labels ?? {} },
    spec: { selector: { app: name }, ports: [{ name: options.port ?? 'http', port: 80 }] },
  });
}

export function document(value: object): string {
  return `---\n${JSON.stringify(value)}\n`;
}
