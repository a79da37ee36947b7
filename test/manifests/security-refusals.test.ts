import { expect, test } from 'vitest';
import { found, marked } from './support.js';

/** The head of a policy of security; its spec follows, indented by two. */
function policy(kind: string, spec: string, name = 'x'): string {
  return `apiVersion: security.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n${spec}`;
}
const authorization = (spec: string) => policy('AuthorizationPolicy', spec);
const rule = (fields: string) => authorization(`  rules:\n  - ${fields.replaceAll('\n', '\n    ')}`);
const source = (field: string) => rule(`from:\n- source:\n    ${field}`);
const operation = (field: string) => rule(`to:\n- operation:\n    ${field}`);
const when = (fields: string) => rule(`when:\n- ${fields.replaceAll('\n', '\n  ')}`);
const jwt = (fields: string) =>
  policy('RequestAuthentication', `  jwtRules:\n  - ${fields.replaceAll('\n', '\n    ')}`);

// Istio 1.32, pkg/config/validation/validation.go and pkg/config/security/security.go.
const ROWS: Readonly<Record<string, string>> = {
  'an action of another name': authorization('  action: REFUSE # IST0106!\n  rules: [{}]'),
  'DENY without rules': authorization('  action: DENY # IST0106!'),
  'CUSTOM without rules': authorization('  action: CUSTOM # IST0106! not-modelled\n  provider: { name: p }'),
  'CUSTOM without provider': authorization('  action: CUSTOM # IST0106! not-modelled\n  rules: [{}]'),
  'CUSTOM with a provider': authorization(
    '  action: CUSTOM # not-modelled\n  provider: { name: p }\n  rules: [{ to: [{ operation: { paths: [/x] } }] }]',
  ),
  'CUSTOM that asks for a principal': authorization(
    '  action: CUSTOM # not-modelled\n  provider: { name: p }\n  rules:\n  - from: [{ source: { principals: [x] } }] # IST0106!',
  ),
  'CUSTOM that asks for a claim': authorization(
    '  action: CUSTOM # not-modelled\n  provider: { name: p }\n  rules:\n  - when: [{ key: "request.auth.claims[a]", values: [x] }] # IST0106!',
  ),
  'a provider without CUSTOM': authorization('  provider: { name: p } # IST0106!\n  rules: [{}]'),
  'AUDIT without rules': authorization('  action: AUDIT'),
  'ALLOW without anything':
    'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: x }\nspec: {}',
  'an empty source': rule('from:\n- source: {} # IST0106!'),
  'no source': rule('from:\n- {} # IST0106!'),
  'an empty operation': rule('to:\n- operation: {} # IST0106!'),
  'an empty from': rule('from: []'),
  'an empty principal': source('principals: ["", a]').replace('["", a]', '\n          - "" # IST0106!\n          - a'),
  'a bad block': source('ipBlocks:\n    - 10.0.0.0/33 # IST0106!'),
  'a bad address': source('notRemoteIpBlocks:\n    - 10.0.0 # IST0106!'),
  'blocks and addresses': source('ipBlocks: [10.0.0.0/8, 1.2.3.4, "::1", "2001:db8::/32"]'),
  'a wildcard service account': source('serviceAccounts:\n    - a/* # IST0106!'),
  'a service account of three parts': source('serviceAccounts:\n    - a/b/c # IST0106!'),
  'service accounts beside principals': rule(
    'from:\n- source: # IST0106!\n    serviceAccounts: [a]\n    principals: [b]',
  ).replace('source: # IST0106!\n        serviceAccounts: [a]', 'source:\n        serviceAccounts: [a] # IST0106!'),
  'a bad port': operation('ports:\n    - "65536" # IST0106!'),
  'port 0': operation('ports: ["0"]'),
  templates: operation('paths: ["/a/{*}/b", "/x/{**}", "/{*}/{**}/y", "/a*"]'),
  'an operator after {**}': operation('paths:\n    - "/{**}/{*}" # IST0106!'),
  'braces of another kind': operation('paths:\n    - "/{id}" # IST0106!'),
  'part of a segment': operation('paths:\n    - "/a{*}" # IST0106!'),
  'a wildcard beside an operator': operation('notPaths:\n    - "/{*}/b*" # IST0106!'),
  'a condition without values': when('key: source.ip # IST0106!'),
  'a condition without key': when('key: "" # IST0106!\nvalues: [x]'),
  'an unknown key': when('key: source.labels # IST0106!\nvalues: [x]'),
  'a header without brackets': when('key: request.headers # IST0106!\nvalues: [x]'),
  'a bad address in a condition': when('key: source.ip\nvalues:\n- x # IST0106!'),
  'Envoy metadata': when('key: experimental.envoy.filters.a[b] # not-modelled\nvalues: [x]'),
  'DENY that asks for HTTP alone': authorization(
    '  action: DENY\n  rules:\n  - to: [{ operation: { paths: [/x] } }] # IST0133\n  - to: [{ operation: { paths: [/x], ports: ["80"] } }]',
  ),
  'DENY from token holders': authorization(
    '  action: DENY\n  rules:\n  - from: [{ source: { requestPrincipals: ["*"] } }] # IST0133\n  - from: [{ source: { namespaces: [default] } }]',
  ),
  'a selector with a wildcard': authorization(
    '  selector: # IST0127\n    matchLabels:\n      app: "*" # IST0106!\n  rules: [{}]',
  ),
  'a selector without labels': authorization('  selector: {} # IST0133\n  rules: [{}]'),
  'a selector and a target': authorization(
    '  selector: { matchLabels: { app: a } }\n  targetRefs: # IST0106! not-modelled\n  - { group: gateway.networking.k8s.io, kind: Gateway, name: g }\n  rules: [{}]',
  ),
  'a target of another kind': authorization(
    '  targetRefs: # not-modelled\n  - group: apps\n    kind: Deployment # IST0106!\n    name: a\n  rules: [{}]',
  ),
  'a mode of another name': policy('PeerAuthentication', '  mtls:\n    mode: ON # IST0106!'),
  'ports without a selector': policy('PeerAuthentication', '  portLevelMtls: # IST0106!\n    80: { mode: STRICT }'),
  'a port out of range': policy(
    'PeerAuthentication',
    '  selector: { matchLabels: { app: a } }\n  portLevelMtls:\n    0: { mode: STRICT } # IST0106!\n    80: { mode: STRICT }',
  ),
  'a PeerAuthentication that says nothing': policy('PeerAuthentication', '  {}'),
  'no issuer': jwt('audiences: [a] # IST0106!'),
  'keys alone': jwt('jwksUri: https://example.com/keys'),
  'keys from a file': jwt('issuer: i\njwksUri: file:///keys # IST0106!'),
  'keys twice': jwt("issuer: i\njwksUri: https://example.com/keys\njwks: '{}' # IST0106!"),
  'keys that are no JSON': jwt('issuer: i\njwks: key # IST0106!'),
  'an empty audience': jwt('issuer: i\naudiences:\n- "" # IST0106!'),
  'an empty header': jwt('issuer: i\nfromHeaders:\n- name: "" # IST0106!'),
  'a claim without name': jwt('issuer: i\noutputClaimToHeaders:\n- header: x-user\n  claim: "" # IST0106!'),
  'an empty parameter': jwt('issuer: i\nfromParams:\n- "" # IST0106!'),
  'an empty cookie': jwt('issuer: i\nfromCookies:\n- "" # IST0106!'),
  'a payload as header': jwt('issuer: i\noutputPayloadToHeader: x-payload # not-modelled'),
};

test.each(Object.entries(ROWS))('%s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});

test('there is no v1alpha1 of a policy', () => {
  expect(found(authorization('  rules: [{}]').replace('io/v1', 'io/v1alpha1'))).toEqual(['1: no-kind!']);
});
