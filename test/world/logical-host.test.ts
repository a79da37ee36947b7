import { expect, test } from 'vitest';
import { load } from '../support/run.js';

const ENTRY = (resolution: string) =>
  `${JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'x' },
    spec: { hosts: ['x.com'], resolution, ports: [{ number: 80, name: 'http', protocol: 'HTTP' }] },
  })}\n`;

test.each([
  { resolution: 'DNS_ROUND_ROBIN', replicas: 3, told: true },
  { resolution: 'DNS_ROUND_ROBIN', replicas: 1, told: false },
  { resolution: 'DNS', replicas: 3, told: false },
])('$replicas addresses under $resolution are told: $told', ({ resolution, replicas, told }) => {
  const { diagnostics } = load({
    manifests: ENTRY(resolution),
    spec: {
      workloads: { 'x.com': { replicas, endpoints: [{}] } },
      traffic: [{ name: 't', from: 'outside', rate: '1/s', to: 'http://x.com/' }],
    },
  });
  expect(diagnostics.some(({ code }) => code === 'not-modelled')).toBe(told);
});
