import { Diagnostics } from '../../src/diagnostics/index.js';
import { translateManifests } from '../../src/manifests/index.js';
import type { Mesh } from '../../src/mesh/index.js';
import { readDocuments } from '../../src/reading/index.js';

/** Policies of security in YAML, for tests that say what they ask for and not how Istio writes it. */

export interface Scope {
  readonly name?: string;
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function peerAuthentication(spec: object, scope: Scope = {}): string {
  return policy('PeerAuthentication', spec, scope);
}

export function requestAuthentication(spec: object, scope: Scope = {}): string {
  return policy('RequestAuthentication', spec, scope);
}

export function authorizationPolicy(spec: object, scope: Scope = {}): string {
  return policy('AuthorizationPolicy', spec, scope);
}

/** For all of the namespace. */
export function strict(mode = 'STRICT', scope: Scope = {}): string {
  return peerAuthentication({ mtls: { mode } }, scope);
}

function policy(kind: string, spec: object, { name = 'x', namespace = 'default', annotations = {} }: Scope): string {
  const metadata = { name, namespace, annotations };
  return `---\n${JSON.stringify({ apiVersion: 'security.istio.io/v1', kind, metadata, spec })}\n`;
}

/** The mesh of these manifests, of which nothing may be refused. */
export function meshOf(text: string): Mesh {
  const diagnostics = new Diagnostics();
  const documents = readDocuments({ file: 'mesh.yaml', text }, diagnostics);
  const mesh = translateManifests(documents, { istioVersion: [1, 31], impliedGateways: {} }, diagnostics);
  const refused = diagnostics.sorted().filter(({ refuses }) => refuses);
  if (refused.length > 0) throw new Error(refused.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return mesh;
}
