import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/index.js';
import type { Assets } from '../../src/scenario/index.js';
import { changesBetween, type Gathered, gatherTexts, loadGathered, withChanges } from '../../src/world/index.js';
import { randomMesh } from '../support/random-mesh.js';
import { type Given, textsOf } from '../support/run.js';
import { destinationRule, station, virtualService } from '../support/stations.js';

function gather(given: Given): Gathered {
  return gatherTexts(textsOf(given), new Diagnostics())!;
}

const SPEC = {
  traffic: [{ name: 'load', from: 'outside', rate: '10/s', to: 'http://front/' }],
  run: { duration: '1s' },
};
const FRONT = station('front', { sidecar: true });

function changed(before: Partial<Given>, after: Partial<Given>) {
  const [base, candidate] = [before, after].map((given) => gather({ manifests: FRONT, spec: SPEC, ...given }));
  return changesBetween(base!, candidate!).map(({ resource, difference, place }) => {
    const path = difference === null ? null : difference.path.join('.');
    return `${place.file}:${place.line} ${resource}${path === null ? '' : ` ${path}`}`;
  });
}

test('a field of a manifest, with its line', () => {
  const route = (timeout: string) => FRONT + virtualService('front', { timeout });
  expect(changed({ manifests: route('1s') }, { manifests: route('2s') })).toEqual([
    'manifests.yaml:6 VirtualService/default/front spec.http.0.timeout',
  ]);
});

test('resources that come and go', () => {
  const rule = destinationRule('front', { connectionPool: { tcp: { maxConnections: 1 } } });
  expect(changed({}, { manifests: FRONT + rule })).toEqual(['manifests.yaml:6 DestinationRule/default/front']);
  expect(changed({ manifests: rule + FRONT }, {})).toEqual(['manifests.yaml:2 DestinationRule/default/front']);
});

test('what happens in a Scenario, but not how it is played', () => {
  const [source] = SPEC.traffic;
  const candidate = {
    ...SPEC,
    traffic: [{ ...source!, rate: '20/s' }],
    run: { duration: '9s' },
    objectives: ['p99 < 1s'],
  };
  expect(changed({}, { spec: candidate })).toEqual([
    expect.stringMatching(/^scenario.yaml:\d+ Scenario spec.traffic.0.rate$/),
  ]);
});

/** Files by their names, as a Scenario names them. */
function files(texts: Readonly<Record<string, string>>): Assets {
  return { read: (file) => (Object.hasOwn(texts, file) ? { file, text: texts[file]! } : null) };
}

test('a field of a behaviour graph that both name by the same path', () => {
  const spec = { ...SPEC, behaviour: 'graph.yaml' };
  const graph = (rate: string) => ({
    spec,
    assets: files({
      'graph.yaml': `apiVersion: isotope.istio.io/v1alpha1\nkind: MockServiceGraph\nservices:\n- name: front\n  errorRate: ${rate}\n`,
    }),
  });
  expect(changed(graph('1%'), graph('2%'))).toEqual(['graph.yaml:5 graph.yaml services.0.errorRate']);
});

test('rows of a file are one change, at the first that differs', () => {
  const traffic = [
    { name: 'load', from: 'outside', requests: [{ name: 'get', to: 'http://front/' }], replay: 't.csv' },
  ];
  const trace = (...seconds: number[]) => ({
    spec: { ...SPEC, traffic },
    assets: files({ 't.csv': seconds.map((at) => `${at},get\n`).join('') }),
  });
  expect(changed(trace(0, 1, 2), trace(0, 1.5, 2.5))).toEqual(['t.csv:2 t.csv line.2']);
  expect(changed(trace(0, 1), trace(0, 1, 2))).toEqual(['t.csv:3 t.csv line.3']);
  expect(changed(trace(0, 1), trace(0, 1))).toEqual([]);
});

test('what a push applies is compared for itself', () => {
  const spec = { ...SPEC, faults: [{ at: '0s', push: { manifests: 'late.yaml' } }] };
  const late = (timeout: string) => ({ spec, pushed: { 'late.yaml': virtualService('front', { timeout }) } });
  expect(changed(late('1s'), late('2s'))).toEqual(['late.yaml:2 VirtualService/default/front spec.http.0.timeout']);
});

test('Secrets and the like are nothing that is compared, and never shown', () => {
  const secret = (key: string) =>
    `---\n{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {key: ${key}}}\n`;
  expect(changed({ manifests: FRONT + secret('a') }, { manifests: FRONT + secret('b') })).toEqual([]);
});

test('the base with all changes is the candidate', () => {
  const meshes = randomMesh({ load: 'any' });
  const loaded = (gathered: Gathered) => {
    const { scenario, mesh, pushes } = loadGathered(gathered, new Diagnostics())!;
    const place = new Set(['place', 'origin', 'file', 'age', 'run', 'objectives']);
    return JSON.stringify({ scenario, mesh, pushes }, (key, value: unknown) => (place.has(key) ? undefined : value));
  };
  fc.assert(
    fc.property(meshes, meshes, (before, after) => {
      const [base, candidate] = [gather(before.given), gather(after.given)];
      const all = changesBetween(base, candidate);
      const made = loaded(withChanges(base, candidate, all)!);
      expect(made.length).toBe(loaded(candidate).length); // in another order, perhaps
      expect(changesBetween(withChanges(base, candidate, all)!, candidate)).toEqual([]);
      expect(loaded(withChanges(base, candidate, [])!)).toBe(loaded(base));
    }),
    { seed: 20260101, numRuns: 40 },
  );
});
