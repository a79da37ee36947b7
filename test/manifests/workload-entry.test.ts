import { expect, test } from 'vitest';
import { found, istio, load } from './support.js';

// Istio 1.31, pilot/pkg/serviceregistry/serviceentry/conversion.go; pkg/config/validation, validateWorkloadEntry.

const entry = (fields: string) => istio('WorkloadEntry', fields);
const machineOf = (text: string) => load(text).mesh.workloads.find(({ name }) => name === 'x')!;

test('a WorkloadEntry is one machine', () => {
  const text = entry(`  address: 10.0.0.7
  labels: { app: db, version: v1 }
  ports: { http: 8081 }
  weight: 3
  locality: eu-1/a/rack-2
`);
  expect(machineOf(text)).toMatchObject({
    kind: 'WorkloadEntry',
    labels: { app: 'db', version: 'v1' },
    replicas: 1,
    namedPorts: { http: 8081 },
    proxy: null,
    machine: { locality: 'eu-1/a/rack-2', weight: 3, isName: false },
  });
  expect(found(text)).toEqual([]);
});

const SIDECARS: { what: string; fields: string; has: boolean }[] = [
  { what: 'nothing said', fields: '', has: false },
  { what: 'a service account', fields: '  serviceAccount: db', has: true },
  { what: 'its label', fields: '  labels: { security.istio.io/tlsMode: istio }', has: true },
  {
    what: 'its label before the account',
    fields: '  serviceAccount: db\n  labels: { security.istio.io/tlsMode: disabled }',
    has: false,
  },
];

test.each(SIDECARS)('a sidecar by $what: $has', ({ fields, has }) => {
  const { proxy } = machineOf(entry(`  address: 10.0.0.7\n${fields}\n`));
  expect(proxy).toEqual(has ? { cpuLimit: null, concurrency: 0 } : null);
});

test('defaults: no weight, no locality, and the locality of the label', () => {
  const bare = machineOf(entry('  address: vm.example.com\n  weight: 0\n'));
  expect(bare.machine).toEqual({ locality: null, weight: 1, isName: true });
  const labelled = machineOf(entry('  address: 1.2.3.4\n  labels: { istio-locality: eu-1.a }\n'));
  expect(labelled.machine!.locality).toBe('eu-1/a');
});

const FINDINGS: { fields: string; finds: string[] }[] = [
  { fields: '  labels: { app: a }', finds: ['5: IST0106!'] },
  { fields: '  network: vms', finds: ['5: IST0133', '5: not-modelled'] },
  { fields: '  address: a_b', finds: ['5: IST0106!'] },
  { fields: '  address: unix:///x\n  ports: { http: 80 }', finds: ['6: IST0106!'] },
  { fields: '  address: 1.2.3.4\n  ports: { http: 0 }', finds: ['6: IST0106!'] },
  { fields: '  address: 1.2.3.4\n  wieght: 2', finds: ['6: unknown-field!'] },
];

test.each(FINDINGS)('$fields: $finds', ({ fields, finds }) => {
  expect(found(entry(`${fields}\n`))).toEqual(finds);
});

test('a WorkloadGroup has no machines of its own, but a sidecar on each that registers', () => {
  const text = istio(
    'WorkloadGroup',
    '  metadata: { labels: { app: db } }\n  template: { labels: { version: v1 }, serviceAccount: db }\n',
  );
  expect(machineOf(text)).toMatchObject({
    kind: 'WorkloadGroup',
    replicas: 0,
    labels: { app: 'db', version: 'v1' },
    proxy: { concurrency: 0 },
  });
  expect(found(text)).toEqual(['2: no-machines']);
});

test('a selector without labels selects everybody, and is warned of', () => {
  const text = istio(
    'ServiceEntry',
    '  hosts: [db.com]\n  resolution: STATIC\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n  workloadSelector: {}\n',
  );
  expect(load(text).mesh.services.find(({ host }) => host === 'db.com')!.selector).toEqual({});
  expect(found(text)).toEqual(['8: IST0133']);
});
