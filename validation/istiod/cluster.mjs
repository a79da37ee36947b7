import { parseAllDocuments } from 'yaml';

/**
 * The documents as a cluster would hold them: the API server gives a namespace, Services an address, the injector's label
 * stands on pods with a sidecar. `hosts` tells whose each address is; `mesh` is what istiod finds as MeshConfig.
 */
export function asCluster(texts) {
  const held = new Map();
  const hosts = new Map();
  for (const document of texts.flatMap((text) => parseAllDocuments(text)).filter((each) => each.get('kind'))) {
    complete(document, hosts);
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

const WITHOUT_NAMESPACE = ['Namespace', 'Node', 'List'];

function complete(document, hosts) {
  const kind = document.get('kind');
  const metadata = document.toJS().metadata ?? {};
  if (!WITHOUT_NAMESPACE.includes(kind) && metadata.namespace === undefined) {
    document.setIn(['metadata', 'namespace'], 'default');
  }
  if (kind === 'Service') giveAddress(document, hosts);
  if (kind === 'WorkloadEntry') hosts.set(document.getIn(['spec', 'address']), document.getIn(['metadata', 'name']));
  if (kind === 'ServiceEntry') noteAddresses(document, hosts);
  if (kind === 'Deployment') labelSidecars(document);
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

function labelSidecars(document) {
  const path = ['spec', 'template', 'metadata', 'labels'];
  const { labels = {}, annotations = {} } = document.toJS().spec.template.metadata ?? {};
  const word = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  if (word !== 'false') document.setIn([...path, 'security.istio.io/tlsMode'], 'istio');
}
