import { expect, test } from 'vitest';
import { manifest, station } from '../support/stations.js';
import { callServer } from './call-server.js';

// Istio 1.31, pilot/pkg/networking/core/httproute.go, generateVirtualHostDomains: the addresses of a service are domains too.

const FAILS_ALL = { fault: { abort: { httpStatus: 418, percentage: { value: 100 } } } };
const ADDRESSED = manifest('v1', 'Service', 'by-address', {
  clusterIP: '10.96.0.5',
  selector: { app: 'server' },
  ports: [{ name: 'http', port: 80 }],
});
const RULED = manifest('networking.istio.io/v1', 'VirtualService', 'by-address', {
  hosts: ['by-address'],
  http: [{ route: [{ destination: { host: 'by-address' } }], ...FAILS_ALL }],
});

test('the address of a Service is called under its rules', async () => {
  const seen = await callServer({ manifests: ADDRESSED + RULED, url: 'http://10.96.0.5/' });
  expect(seen.traffic.codes['418']).toBe(seen.requests);
});

test('without a proxy the address leads to the pods, and no rule acts', async () => {
  const seen = await callServer({
    manifests: ADDRESSED + RULED + station('bare'),
    workloads: { bare: { endpoints: [] } },
    traffic: { from: { workload: 'bare' } },
    url: 'http://10.96.0.5/',
  });
  expect(seen.traffic.success.ratio).toBe(1);
});

test('the address of a ServiceEntry is called under its rules', async () => {
  const entry = manifest('networking.istio.io/v1', 'ServiceEntry', 'outside', {
    hosts: ['db.example.com'],
    addresses: ['192.0.2.7', '198.51.100.0/24'],
    ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
    resolution: 'STATIC',
    endpoints: [{ address: '192.0.2.7' }],
  });
  const rule = manifest('networking.istio.io/v1', 'VirtualService', 'outside', {
    hosts: ['db.example.com'],
    http: [{ route: [{ destination: { host: 'db.example.com' } }], ...FAILS_ALL }],
  });
  const seen = await callServer({ manifests: entry + rule, url: 'http://192.0.2.7/' });
  expect(seen.traffic.codes['418']).toBe(seen.requests);
});
