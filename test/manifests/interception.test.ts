import { expect, test } from 'vitest';
import { found } from './support.js';

// istio/api, annotation/annotations.yaml. Reference section 1.1: what these name does not pass the sidecar.
const pod = (annotation: string, inject = 'true') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  selector: { matchLabels: { app: a } }
  template:
    metadata:
      labels: { app: a, sidecar.istio.io/inject: "${inject}" }
      annotations:
        ${annotation}
    spec: { containers: [{ name: app, image: app }] }
`;

test.each([
  { annotation: 'traffic.sidecar.istio.io/excludeOutboundPorts: "3306"', finds: ['10: not-modelled'] },
  { annotation: 'traffic.sidecar.istio.io/excludeOutboundPorts: ""', finds: [] },
  { annotation: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"', finds: ['10: not-modelled'] },
  { annotation: 'traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.0/8', finds: ['10: not-modelled'] },
  { annotation: 'traffic.sidecar.istio.io/includeInboundPorts: "*"', finds: [] },
  { annotation: 'traffic.sidecar.istio.io/includeInboundPorts: ""', finds: ['10: not-modelled'] },
  { annotation: 'traffic.sidecar.istio.io/includeOutboundIPRanges: "*"', finds: [] },
  { annotation: 'traffic.sidecar.istio.io/includeOutboundPorts: "80"', finds: ['10: not-modelled'] },
  { annotation: 'sidecar.istio.io/interceptionMode: TPROXY', finds: [] },
  { annotation: 'sidecar.istio.io/interceptionMode: NONE', finds: ['10: not-modelled'] },
  { annotation: 'sidecar.istio.io/rewriteAppHTTPProbers: "false"', finds: ['10: not-modelled'] },
  { annotation: 'sidecar.istio.io/rewriteAppHTTPProbers: "true"', finds: [] },
])('$annotation: $finds', ({ annotation, finds }) => {
  expect(found(pod(annotation), '').filter((each) => each.includes('not-modelled'))).toEqual(finds);
});

test('of a pod without a sidecar they ask for nothing', () => {
  const text = pod('traffic.sidecar.istio.io/excludeOutboundPorts: "3306"', 'false');
  expect(found(text, '').filter((each) => each.includes('not-modelled'))).toEqual([]);
});
