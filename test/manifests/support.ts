import type { Diagnostic } from '../../src/diagnostics/index.js';
import { Diagnostics } from '../../src/diagnostics/index.js';
import type { TranslateOptions } from '../../src/manifests/index.js';
import { translateManifests } from '../../src/manifests/index.js';
import type { Mesh } from '../../src/mesh/index.js';
import { readDocuments } from '../../src/reading/index.js';

export const OPTIONS: TranslateOptions = { istioVersion: [1, 31], impliedGateways: {} };

export interface Loaded {
  readonly mesh: Mesh;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads texts as files in turn. */
export function loadFiles(files: Readonly<Record<string, string>>, options = OPTIONS): Loaded {
  const diagnostics = new Diagnostics();
  const documents = Object.entries(files).flatMap(([file, text]) => readDocuments({ file, text }, diagnostics));
  const mesh = translateManifests(documents, options, diagnostics);
  return { mesh, diagnostics: diagnostics.sorted() };
}

export function load(text: string, options = OPTIONS): Loaded {
  return loadFiles({ 'test.yaml': text }, options);
}

/** A Service `name` with these ports and a Deployment of two versions behind it. */
export function service(name: string, ports: readonly number[] = [80], namespace = 'default'): string {
  const list = ports.map((port) => `{ name: http-${port}, port: ${port}, targetPort: 8080 }`).join(', ');
  const version = (v: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-${v}, namespace: ${namespace} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${name}, version: ${v} } }
  template:
    metadata: { labels: { app: ${name}, version: ${v} } }
    spec: { containers: [{ name: app, image: app }] }
`;
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [${list}] }
${version('v1')}${version('v2')}`;
}

/** What rows stand on: services `a` and `b`, subsets of `a`, a gateway, and mutual TLS settled. */
export const BASE = `${service('a')}${service('b')}${service('multi', [80, 81])}---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
`;

export const SUBSETS = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: subsets-of-a }
spec:
  host: a
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
`;

/** The head of a resource of Istio; its spec follows, indented by two. */
export function istio(kind: string, spec: string, name = 'x'): string {
  return `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n${spec}`;
}

/** A VirtualService for host `a` with one http rule, whose fields follow, indented by four after a first `- `. */
export function rule(fields: string): string {
  return istio('VirtualService', `  hosts: [a]\n  http:\n${fields}`);
}

/** A rule of the shortest kind with more fields. */
export function routed(fields: string): string {
  return rule(`  - route: [{ destination: { host: a } }]\n${fields}`);
}

/** A DestinationRule for host `a` with a traffic policy, whose fields follow, indented by four. */
export function policy(fields: string): string {
  return istio('DestinationRule', `  host: a\n  trafficPolicy:\n${fields}`);
}

/** `line: code` of all findings in the text, with `!` for those that refuse. */
export function found(text: string, base = BASE, options = OPTIONS): readonly string[] {
  const { diagnostics } = loadFiles({ 'base.yaml': base, 'test.yaml': text }, options);
  const own = diagnostics.filter(({ file }) => file === 'test.yaml');
  return own.map(({ line, code, refuses }) => `${line}: ${code}${refuses ? '!' : ''}`);
}

/** What a text says it expects: `# IST0106!` at the end of a line. */
export function marked(text: string): readonly string[] {
  return text.split('\n').flatMap((line, i) => {
    const codes = /# ((?:[A-Za-z0-9-]+!?(?: |$))+)$/.exec(line)?.[1]?.split(' ') ?? [];
    return codes.filter((code) => code !== '').map((code) => `${i + 1}: ${code}`);
  });
}
