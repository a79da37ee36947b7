import { describe } from 'vitest';
import { authorizationPolicy } from '../support/security.js';
import { crashed, fails, OK, takes } from '../surprises/documents.js';
import { always, ejectingAfter, resource, to } from './documents.js';
import { testInterplays } from './expected.js';

const allowing = (rule: object) => authorizationPolicy({ rules: [rule] });

const HIDING = { egress: [{ hosts: ['istio-system/*'] }] };
const BLOCKING = { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } };
const OUTSIDE = {
  hosts: ['api.example.com'],
  ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
  resolution: 'DNS',
};
const DIRECT = { http: [{ directResponse: { status: 201 } }] };
const SERVER = 'server.default.svc.cluster.local';

// istio-envoy-semantics 2.2, 3.1, 4.2: who sees what, and what holds for who does not.
describe('visibility', () => {
  const outside = (more: object) => ({ url: 'http://api.example.com/', ...more });
  testInterplays([
    {
      what: 'a hidden service has no timeout',
      setup: { server: takes('200ms'), manifests: resource('Sidecar', 'default', HIDING), http: { timeout: '100ms' } },
      outcome: '200 -',
      ms: 200,
    },
    {
      what: 'a hidden service is blocked',
      setup: { manifests: resource('Sidecar', 'default', { ...HIDING, ...BLOCKING }) },
      outcome: '502 -',
    },
    {
      what: 'a ServiceEntry for another namespace alone is blocked',
      setup: outside({
        manifests:
          resource('Sidecar', 'default', BLOCKING) +
          resource('ServiceEntry', 'api', { ...OUTSIDE, exportTo: ['.'] }, 'other'),
      }),
      outcome: '502 -',
    },
    {
      what: 'and passes through without retries where it may',
      setup: outside({
        manifests: resource('ServiceEntry', 'api', { ...OUTSIDE, exportTo: ['.'] }, 'other'),
        workloads: { 'api.example.com': OK },
        faults: crashed('api.example.com'),
      }),
      outcome: '503 UF',
    },
    {
      what: 'one that is seen is retried',
      setup: outside({
        manifests: resource('ServiceEntry', 'api', OUTSIDE),
        workloads: { 'api.example.com': OK },
        faults: crashed('api.example.com'),
      }),
      outcome: '503 UF,URX',
    },
    {
      what: 'and has the timeout of its VirtualService',
      setup: outside({
        manifests:
          resource('ServiceEntry', 'api', OUTSIDE) +
          resource('VirtualService', 'api', {
            hosts: OUTSIDE.hosts,
            http: [{ timeout: '50ms', route: [{ destination: { host: 'api.example.com' } }] }],
          }),
        workloads: { 'api.example.com': takes('100ms') },
      }),
      outcome: '504 UT',
      ms: 50,
    },
    {
      what: 'and is ejected as any host, also by DNS_ROUND_ROBIN',
      setup: outside({
        manifests:
          resource('ServiceEntry', 'api', { ...OUTSIDE, resolution: 'DNS_ROUND_ROBIN' }) +
          resource('DestinationRule', 'api', { host: 'api.example.com', trafficPolicy: ejectingAfter(2) }),
        workloads: { 'api.example.com': fails(500) },
      }),
      codes: { 500: 2, 503: 8 },
    },
    {
      what: 'a VirtualService of another namespace acts if it is exported',
      setup: { manifests: resource('VirtualService', 'x', { hosts: [SERVER], ...DIRECT }, 'other') },
      outcome: '201 -',
    },
    {
      what: 'and else does not',
      setup: { manifests: resource('VirtualService', 'x', { hosts: [SERVER], exportTo: ['.'], ...DIRECT }, 'other') },
      outcome: '200 -',
    },
    {
      what: 'one for an exact host goes before one for all of the namespace',
      setup: {
        manifests: resource('VirtualService', 'all', { hosts: ['*.default.svc.cluster.local'], ...DIRECT }),
        http: { timeout: '5s' },
      },
      outcome: '200 -',
    },
    {
      what: 'which has all others',
      setup: { manifests: resource('VirtualService', 'all', { hosts: ['*.default.svc.cluster.local'], ...DIRECT }) },
      outcome: '201 -',
    },
    {
      what: 'a DestinationRule of the root namespace holds for all',
      setup: {
        server: fails(500),
        manifests: resource(
          'DestinationRule',
          'all',
          { host: '*.local', trafficPolicy: ejectingAfter(2) },
          'istio-system',
        ),
      },
      codes: { 500: 2, 503: 8 },
      flags: { UH: 8 },
    },
    {
      what: 'but for those whose own namespace has one, whatever it says',
      setup: {
        server: fails(500),
        manifests:
          resource('DestinationRule', 'all', { host: '*.local', trafficPolicy: ejectingAfter(2) }, 'istio-system') +
          resource('DestinationRule', 'own', {
            host: '*.local',
            trafficPolicy: { loadBalancer: { simple: 'RANDOM' } },
          }),
      },
      outcome: '500 -',
    },
    {
      what: 'its short host is of its own namespace',
      setup: {
        server: fails(500),
        manifests: resource('DestinationRule', 'x', { host: 'server', trafficPolicy: ejectingAfter(1) }, 'other'),
      },
      outcome: '500 -',
    },
    {
      what: 'subsets of a rule that is not exported do not exist',
      setup: {
        manifests: resource(
          'DestinationRule',
          'x',
          { host: SERVER, subsets: [{ name: 'v1', labels: { app: 'server' } }], exportTo: ['.'] },
          'other',
        ),
        http: { route: [to('v1')] },
      },
      outcome: '503 NC',
    },
  ]);
});

const DB = `---
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {selector: {app: server}, ports: [{name: tcp, port: 5432}]}}
`;

// istio-envoy-semantics 1.2, 5.3.
describe('TCP', () => {
  const db = (manifests: string, more: object = {}) => ({ url: 'tcp://db:5432', manifests: DB + manifests, ...more });
  testInterplays([
    {
      what: 'knows no HTTP rules',
      setup: db(
        resource('VirtualService', 'db', {
          hosts: ['db'],
          http: [{ fault: { abort: always({ httpStatus: 503 }) }, route: [{ destination: { host: 'db' } }] }],
        }),
      ),
      outcome: 'tcp:ok -',
    },
    {
      what: 'to a subset without pods',
      setup: db(
        resource('DestinationRule', 'db', { host: 'db', subsets: [{ name: 'none', labels: { x: 'y' } }] }) +
          resource('VirtualService', 'db', {
            hosts: ['db'],
            tcp: [{ route: [{ destination: { host: 'db', subset: 'none' } }] }],
          }),
      ),
      outcome: 'tcp:reset UH',
    },
    {
      what: 'to a subset that nobody declares',
      setup: db(
        resource('VirtualService', 'db', {
          hosts: ['db'],
          tcp: [{ route: [{ destination: { host: 'db', subset: 'none' } }] }],
        }),
      ),
      outcome: 'tcp:reset NC',
    },
    {
      what: 'hidden under REGISTRY_ONLY',
      setup: db(resource('Sidecar', 'default', { ...HIDING, ...BLOCKING })),
      outcome: 'tcp:reset UH',
    },
    {
      what: 'a DENY of paths closes it',
      setup: db(authorizationPolicy({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/x'] } }] }] }), {
        serverSidecar: true,
      }),
      codes: { 'tcp:reset': 10 },
    },
    {
      what: 'an ALLOW of methods does not open it',
      setup: db(allowing({ to: [{ operation: { methods: ['GET'] } }] }), { serverSidecar: true }),
      codes: { 'tcp:reset': 10 },
    },
    { what: 'on a port of HTTP passes through', setup: { url: 'tcp://server:80' }, outcome: 'tcp:ok -' },
  ]);
});
