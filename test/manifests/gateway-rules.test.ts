import { expect, test } from 'vitest';
import { found, istio, marked } from './support.js';

const HOST = 'a.default.svc.cluster.local';
const TO_A = 'route: [{ destination: { host: a } }]';
const bound = (hosts: string, rule: string, gateways = '[gw] # gateway-rules') =>
  istio('VirtualService', `  hosts: ${hosts}\n  gateways: ${gateways}\n  http: [{ ${rule} }]`);
const inMesh = (hosts: string) =>
  istio('VirtualService', `  hosts: ${hosts}\n  http: [{ ${TO_A}, timeout: 1s }]`, 'in-mesh');

// Which proxies are told: istio/istio issues 11203, 33371; the reference on `gateways`.
const ROWS: Readonly<Record<string, string>> = {
  'retries for a short name': bound('[a]', `${TO_A}, retries: { attempts: 0 }`),
  'retries for a full name beside a public one': bound(`[shop.com, ${HOST}]`, `${TO_A}, retries: { attempts: 0 }`),
  'a timeout': bound('[a]', `${TO_A}, timeout: 1s`),
  'a fault': bound('[a]', `${TO_A}, fault: { abort: { httpStatus: 500, percentage: { value: 1 } } }`),
  'a mirror': bound('[a]', `${TO_A}, mirror: { host: b }`),
  weights: bound('[a]', 'route: [{ destination: { host: a }, weight: 90 }, { destination: { host: b }, weight: 10 }]'),
  'a public host': bound('[shop.com]', `${TO_A}, timeout: 1s`, '[gw]'),
  'any host': bound('["*"]', `${TO_A}, timeout: 1s`, '[gw]'),
  'a way in alone': bound('[a]', `${TO_A}, rewrite: { uri: / }, corsPolicy: {}`, '[gw]'),
  'the mesh too': bound('[a]', `${TO_A}, timeout: 1s`, '[gw, mesh]'),
  'no gateways': istio('VirtualService', `  hosts: [a]\n  http: [{ ${TO_A}, timeout: 1s }]`),
  'other rules in the mesh': `${bound('[a]', `${TO_A}, timeout: 1s`, '[gw]')}\n---\n${inMesh('[a]')}`,
  'other rules in the mesh, by a wildcard': `${bound('[a]', `${TO_A}, timeout: 1s`, '[gw]')}\n---\n${inMesh('["*.default.svc.cluster.local"]')}`,
  'other rules in the mesh for another host': `${bound('[a]', `${TO_A}, timeout: 1s`)}\n---\n${inMesh('[b]')}`,
  'a host outside': `${bound('[x.com]', `${TO_A}, timeout: 1s`, '[gw]')}\n---\n${istio(
    'ServiceEntry',
    '  hosts: [x.com]\n  resolution: DNS\n  ports: [{ number: 80, name: http, protocol: HTTP }]',
    'outside',
  )}`,
};

test.each(Object.entries(ROWS))('%s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});
