import { expect, test } from 'vitest';
import { load } from '../support/run.js';

/** Lines of `not-modelled` in a ServiceEntry whose endpoints have these weights, one a line from line 5 on. */
function notModelled(weights: readonly (number | null)[]): number[] {
  const endpoints = weights.map(
    (weight, i) => `  - {address: 10.0.0.${i}${weight === null ? '' : `, weight: ${weight}`}}`,
  );
  const manifests = [
    'apiVersion: networking.istio.io/v1',
    'kind: ServiceEntry',
    'metadata: {name: api}',
    'spec: {hosts: [api.example.com], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [',
    ...endpoints.map((line) => `${line.replace('  - ', '  ')},`),
    '  ]}',
  ].join('\n');
  const spec = { traffic: [{ name: 't', from: 'outside', rate: '1/s', to: 'http://api.example.com/' }] };
  const { diagnostics } = load({ spec, manifests });
  return diagnostics.filter(({ code }) => code === 'not-modelled').map(({ line }) => line);
}

test('unequal weights of endpoints are told as not modelled, at each', () => {
  expect(notModelled([3, 1])).toEqual([5, 6]);
  expect(notModelled([2, null])).toEqual([5]);
});

test('equal weights are what is simulated', () => {
  expect(notModelled([2, 2])).toEqual([]);
  expect(notModelled([1, null])).toEqual([]);
  expect(notModelled([null, null])).toEqual([]);
});
