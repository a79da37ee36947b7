import { expect, test } from 'vitest';
import { load } from './support.js';

// Istio 1.31, pilot/pkg/model/sidecar.go, appendSidecarServices, canMergeServices; push_context.go, initServiceRegistry;
// recorded in validation/istiod/same-host.

const HTTP = { number: 80, name: 'http', protocol: 'HTTP' };
const MORE = { number: 81, name: 'more', protocol: 'HTTP' };

interface Entry {
  readonly labels?: object;
  readonly spec?: object;
}

/** Two ServiceEntries of one host, the second with a port more. */
function manifests(first: Entry, second: Entry): string {
  const entry = (name: string, { labels = {}, spec = {} }: Entry, ports: readonly object[], address: string) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name, namespace: 'default', labels },
    spec: { hosts: ['api.com'], resolution: 'STATIC', ports, endpoints: [{ address }], ...spec },
  });
  const documents = [entry('a', first, [HTTP], '192.0.2.1'), entry('b', second, [HTTP, MORE], '192.0.2.2')];
  return documents.map((document) => JSON.stringify(document, null, 1)).join('\n---\n');
}

/** The ports of the first service of the host, `!` for one without a cluster, and its endpoints at each port. */
function known(text: string): readonly string[] {
  const { ports, endpoints } = load(text).mesh.services.find(({ host }) => host === 'api.com')!;
  return ports.map(({ number, isWithoutCluster }) => {
    if (isWithoutCluster) return `${number}!`;
    const served = endpoints.filter((endpoint) => endpoint.ports?.includes(number) ?? true);
    const last = served.map(({ address }) => address.at(-1)).sort();
    return `${number} ${last.join('')}`;
  });
}

const PRIVATE = { spec: { exportTo: ['.'] } };
const NAMED = { spec: { resolution: 'DNS' } };

test.each<{ name: string; first: Entry; second: Entry; found: readonly string[] }>([
  { name: 'alike', first: {}, second: {}, found: ['80 12', '81 2'] },
  {
    name: 'alike, exported in another order',
    first: { spec: { exportTo: ['.', 'x'] } },
    second: { spec: { exportTo: ['x', '.'] } },
    found: ['80 12', '81 2'],
  },
  { name: 'with other labels', first: { labels: { app: 'a' } }, second: {}, found: ['80 12', '81!'] },
  { name: 'the other looked up', first: {}, second: NAMED, found: ['80 12', '81!'] },
  { name: 'the first seen by its own', first: PRIVATE, second: {}, found: ['80 12', '81!'] },
  { name: 'the other seen by its own, which comes first', first: {}, second: PRIVATE, found: ['80 12', '81 2'] },
  { name: 'the other seen by some alone', first: PRIVATE, second: { spec: { exportTo: ['x'] } }, found: ['80 12'] },
])('two entries of one host, $name: $found', ({ first, second, found }) => {
  expect(known(manifests(first, second))).toEqual(found);
});

test('names are no endpoints of an entry that is not looked up', () => {
  const named = { spec: { resolution: 'DNS', endpoints: [{ address: 'other.com' }] } };
  expect(known(manifests({}, named))).toEqual(['80 1', '81!']);
});

test('what the selector of one finds is said not to join the other', () => {
  const selecting = { spec: { workloadSelector: { labels: { app: 'x' } }, endpoints: undefined } };
  const said = (text: string) =>
    load(text).diagnostics.filter(({ code, message }) => code === 'not-modelled' && message.includes('declared by'));
  expect(said(manifests({}, selecting))).toHaveLength(1);
  expect(said(manifests({}, { labels: { app: 'x' } }))).toEqual([]);
});
