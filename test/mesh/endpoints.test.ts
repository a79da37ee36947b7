import { expect, test } from 'vitest';
import { MeshResolver } from '../../src/mesh/index.js';
import { mesh, service, workload } from '../support/mesh.js';

const hostile: Record<string, string> = JSON.parse('{"__proto__": "x", "app": "reviews"}');
const WORKLOADS = [
  workload('v1', { labels: { app: 'reviews', version: 'v1' } }),
  workload('v2', { labels: { app: 'reviews', version: 'v2' } }),
  workload('elsewhere', { namespace: 'other', labels: { app: 'reviews', version: 'v1' } }),
  workload('hostile', { labels: hostile }),
];
const SERVICES = [
  service('reviews', { age: 1 }),
  service('v1-only', { selector: { version: 'v1', app: 'reviews' }, age: 0 }),
  service('nobody', { selector: { app: 'nobody' } }),
  service('empty', { selector: {} }),
  service('none', { selector: null }),
  service('hostile', { selector: hostile }),
];
const RESOLVER = new MeshResolver(mesh({ services: SERVICES, workloads: WORKLOADS }));

test.each([
  { name: 'reviews', labels: {}, expected: ['v1', 'v2', 'hostile'] },
  { name: 'reviews', labels: { version: 'v2' }, expected: ['v2'] },
  { name: 'reviews', labels: { version: 'v3' }, expected: [] },
  { name: 'reviews', labels: { app: 'reviews', version: 'v1' }, expected: ['v1'] },
  { name: 'reviews', labels: { version: 'v1', track: 'canary' }, expected: [] }, // all labels must match
  { name: 'v1-only', labels: {}, expected: ['v1'] },
  { name: 'nobody', labels: {}, expected: [] },
  { name: 'empty', labels: {}, expected: [] },
  { name: 'none', labels: {}, expected: [] },
  { name: 'hostile', labels: {}, expected: ['hostile'] },
])('endpoints of $name with $labels: $expected', ({ name, labels, expected }) => {
  const chosen = SERVICES.find((candidate) => candidate.name === name)!;
  expect(RESOLVER.workloadsOf(chosen, labels).map((found) => found.name)).toEqual(expected);
});

test('services of a workload, oldest first', () => {
  expect(RESOLVER.servicesOf(WORKLOADS[0]!).map((found) => found.name)).toEqual(['v1-only', 'reviews']);
  expect(RESOLVER.servicesOf(WORKLOADS[2]!)).toEqual([]);
});
