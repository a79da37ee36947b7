import { Document, parseAllDocuments } from 'yaml';

/**
 * The documents as a cluster would hold them: the API server gives a namespace, Services an address, the injector's label
 * stands on pods with a sidecar, the CNI's annotation on those in ambient mode, and a waypoint runs. `hosts` tells whose
 * each address is; `mesh` is what istiod finds as MeshConfig. `env`: istiod's; with ambient mode sidecars take tunnels
 * (Istio 1.31, manifests/helm-profiles/ambient.yaml).
 */
export function asCluster(texts, env = {}) {
  const held = new Map();
  const hosts = new Map();
  const documents = texts.flatMap((text) => parseAllDocuments(text)).filter((each) => each.get('kind'));
  const namespaces = modesOf(documents);
  for (const document of documents.flatMap((each) => [each, ...startWaypoint(each)])) {
    complete(document, hosts, namespaces);
    if (env.PILOT_ENABLE_AMBIENT === 'true') labelTunnels(document);
    const { kind, metadata } = document.toJS();
    held.set(`${kind} ${metadata.namespace}/${metadata.name}`, document); // what comes again replaces, and keeps its place
  }
  const settings = held.get('ConfigMap istio-system/istio')?.toJS();
  return {
    yaml: [...held.values()].map((document) => document.toString({ directives: false })).join('---\n'),
    mesh: settings?.data?.mesh,
    hosts,
  };
}

const WITHOUT_NAMESPACE = ['Namespace', 'Node', 'List', 'GatewayClass'];

function complete(document, hosts, namespaces) {
  const kind = document.get('kind');
  const metadata = document.toJS().metadata ?? {};
  if (!WITHOUT_NAMESPACE.includes(kind) && metadata.namespace === undefined) {
    document.setIn(['metadata', 'namespace'], 'default');
  }
  if (kind === 'Service') giveAddress(document, hosts);
  if (kind === 'WorkloadEntry') hosts.set(document.getIn(['spec', 'address']), document.getIn(['metadata', 'name']));
  if (kind === 'ServiceEntry') noteAddresses(document, hosts);
  if (kind === 'Deployment') enlist(document, namespaces);
}

function giveAddress(document, hosts) {
  const { metadata, spec } = document.toJS();
  if (spec.clusterIP === 'None' || spec.type === 'ExternalName') return;
  const address = `10.96.${Math.floor(hosts.size / 250)}.${(hosts.size % 250) + 1}`;
  document.setIn(['spec', 'clusterIP'], address);
  hosts.set(address, `${metadata.name}.${metadata.namespace}.svc.cluster.local`);
}

function noteAddresses(document, hosts) {
  const { spec } = document.toJS();
  for (const address of spec?.addresses ?? []) hosts.set(address, spec.hosts[0]);
}

const MODE = 'istio.io/dataplane-mode';
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/** Which namespaces are in ambient mode. */
function modesOf(documents) {
  const namespaces = documents.map((each) => each.toJS()).filter(({ kind }) => kind === 'Namespace');
  return new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels?.[MODE] === 'ambient']));
}

/** Who is neither out nor in ambient mode has a sidecar. */
function enlist(document, namespaces) {
  const { metadata, spec } = document.toJS();
  const path = ['spec', 'template', 'metadata'];
  const { labels = {}, annotations = {} } = spec.template.metadata ?? {};
  const word = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  const isAmbient = labels[MODE] === undefined ? namespaces.get(metadata.namespace) : labels[MODE] === 'ambient';
  if (isAmbient && word !== 'true') {
    if (labels[GATEWAY_NAME] === undefined)
      document.setIn([...path, 'annotations', 'ambient.istio.io/redirection'], 'enabled');
  } else if (word !== 'false') document.setIn([...path, 'labels', 'security.istio.io/tlsMode'], 'istio');
}

function labelTunnels(document) {
  const path = ['spec', 'template', 'metadata', 'labels'];
  if (document.hasIn([...path, 'security.istio.io/tlsMode']))
    document.setIn([...path, 'networking.istio.io/tunnel'], 'http');
}

/** What istiod's controller of Gateways makes of one that asks for a waypoint. */
function startWaypoint(document) {
  const { kind, metadata, spec } = document.toJS();
  if (kind !== 'Gateway' || spec.gatewayClassName !== 'istio-waypoint') return [];
  const { name, namespace = 'default' } = metadata;
  document.setIn(['status'], { addresses: [{ type: 'Hostname', value: `${name}.${namespace}.svc.cluster.local` }] });
  const labels = { [GATEWAY_NAME]: name, 'gateway.istio.io/managed': 'istio.io-mesh-controller' };
  const selector = { [GATEWAY_NAME]: name };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: { selector, ports: [{ name: 'mesh', port: 15_008, appProtocol: 'hbone' }] },
  };
  const pod = { serviceAccountName: name, containers: [{ name: 'istio-proxy', image: 'proxy' }] };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { selector: { matchLabels: selector }, template: { metadata: { labels }, spec: pod } },
  };
  return [service, deployment].map((value) => new Document(value));
}
