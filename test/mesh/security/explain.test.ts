import { expect, test } from 'vitest';
import { explainHost, MeshResolver, renderExplainedHost } from '../../../src/mesh/index.js';
import { authorizationPolicy, meshOf, requestAuthentication, strict } from '../../support/security.js';
import { destinationRule, station } from '../../support/stations.js';

function explained(manifests: string, caller = 'caller'): readonly string[] {
  const mesh = meshOf(station('caller', { sidecar: true }) + station('server', { sidecar: true }) + manifests);
  const from = mesh.workloads.find(({ name }) => name === caller)!;
  const text = renderExplainedHost(explainHost(new MeshResolver(mesh), mesh, from, 'server', 80));
  const lines = text.trimEnd().split('\n');
  return lines.slice(lines.findLastIndex((line) => line.startsWith('  endpoints')) + 1).map((line) => line.trimStart());
}

test('the mode between two sidecars', () => {
  expect(explained('')).toEqual(['over     mutual TLS, mode PERMISSIVE (default)']);
  expect(explained(strict())).toEqual(['over     mutual TLS, mode STRICT (mesh.yaml:10)']);
  expect(explained(strict('DISABLE'))).toEqual(['over     plaintext, mode DISABLE (mesh.yaml:10)']);
  const plain = destinationRule('server', { tls: { mode: 'DISABLE' } });
  expect(explained(plain + strict())).toEqual([
    'over     plaintext, which it refuses: 503, flag UC, mode STRICT (mesh.yaml:12)',
  ]);
});

test('the policies that judge requests, in their order', () => {
  const policies =
    authorizationPolicy({}, { name: 'some' }) +
    authorizationPolicy({ action: 'DENY', rules: [{}] }, { name: 'none', namespace: 'istio-system' }) +
    requestAuthentication({ jwtRules: [{ issuer: 'i' }] }, { name: 'jwt' });
  expect(explained(policies)).toEqual([
    'over     mutual TLS, mode PERMISSIVE (default)',
    'judged   its token by default/jwt (mesh.yaml:14)',
    'DENY by istio-system/none (mesh.yaml:12)',
    'ALLOW by default/some (mesh.yaml:10)',
  ]);
});

test('a gateway’s own policies come before its rules', () => {
  const mesh = meshOf(authorizationPolicy({}, { namespace: 'istio-system' }));
  const [gateway] = mesh.workloads;
  const text = renderExplainedHost(explainHost(new MeshResolver(mesh), mesh, gateway!, 'server', 80));
  expect(text.split('\n')[1]).toBe('  judged     ALLOW by istio-system/x (mesh.yaml:2)');
});
