import { expect, test } from 'vitest';
import { found, OPTIONS } from './support.js';

// Istio 1.28 release notes (DISABLE_SHADOW_HOST_SUFFIX): before, copies went to `a-shadow`.

const MIRROR = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a }
spec:
  hosts: [a]
  http: [{ route: [{ destination: { host: a } }], mirror: { host: b } }]
`;
const policy = (to: string) => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: p }
spec:
  rules: [{ to: [{ operation: { ${to} } }] }]
`;

test.each([
  { minor: 27, text: MIRROR + policy('hosts: [a]'), says: ['12: not-modelled'] },
  { minor: 28, text: MIRROR + policy('hosts: [a]'), says: [] },
  { minor: 27, text: MIRROR + policy('methods: [GET]'), says: [] },
  { minor: 27, text: policy('notHosts: [a]').slice(4), says: [] },
])('Istio 1.$minor: $says', ({ minor, text, says }) => {
  const codes = found(text, undefined, { ...OPTIONS, istioVersion: [1, minor] });
  expect(codes.filter((code) => code.endsWith('not-modelled'))).toEqual(says);
});
