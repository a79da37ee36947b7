import { expect, test } from 'vitest';
import { found, marked } from './support.js';

// Istio 1.31, pilot/pkg/networking/core/gateway.go: a server in MUTUAL or ISTIO_MUTUAL asks its callers for certificates.
const manifests = (mode: string, source: string) => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: certified, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers:
  - port: { number: 443, name: https, protocol: HTTPS }
    hosts: [x.com]
    tls: { mode: ${mode}${mode === 'ISTIO_MUTUAL' ? '' : ', credentialName: c'} }${mode === 'MUTUAL' ? ' # not-modelled' : ''}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: callers, namespace: istio-system }
spec:
  selector: { matchLabels: { istio: ingressgateway } }
  rules:
  - from:
    - source:
        ${source}
`;

test.each([
  ['callers with certificates of the mesh', manifests('ISTIO_MUTUAL', 'principals: ["*/ns/default/*"] # not-modelled')],
  ['callers with others', manifests('MUTUAL', 'principals: ["*/ns/default/*"] # not-modelled')],
  ['callers without', manifests('SIMPLE', 'principals: ["*/ns/default/*"]')],
  ['no identity', manifests('ISTIO_MUTUAL', 'ipBlocks: [10.0.0.0/8]')],
])('a policy of a gateway that asks for the identity of %s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});
