import { describe } from 'vitest';
import { authorizationPolicy } from '../support/security.js';
import { deployment } from '../support/stations.js';
import { OK, takes } from '../surprises/documents.js';
import { resource } from './documents.js';
import { testInterplays } from './expected.js';

// Calls that leave the mesh through a gateway, as in Istio's task "Egress Gateways": the caller's sidecar sends them to the
// gateway's pods, and the gateway, which looks at the port that it is reached by, sends them on by the rules bound to it.

const HOST = 'api.example.com';
const EGRESS = `${deployment('egress', { labels: { istio: 'egress' }, sidecar: true })}---
{apiVersion: v1, kind: Service, metadata: {name: egress}, spec: {selector: {istio: egress}, ports: [{name: http2, port: 80, targetPort: 8080}, {name: https, port: 443, targetPort: 8443}]}}
`;
const OUTSIDE = resource('ServiceEntry', 'api', {
  hosts: [HOST],
  ports: [
    { number: 80, name: 'http', protocol: 'HTTP' },
    { number: 8081, name: 'http-more', protocol: 'HTTP' },
  ],
  resolution: 'DNS',
});

function gateway(port: object, more: object = {}): string {
  return resource('Gateway', 'egress', { selector: { istio: 'egress' }, servers: [{ port, hosts: [HOST], ...more }] });
}

const toGateway = (port: number, more: object = {}) => ({
  match: [{ gateways: ['mesh'] }],
  route: [{ destination: { host: 'egress', port: { number: port } } }],
  ...more,
});
const onward = (more: object = {}) => ({
  match: [{ gateways: ['egress'] }],
  route: [{ destination: { host: HOST, port: { number: 80 } } }],
  ...more,
});
const routes = (...http: object[]) =>
  resource('VirtualService', 'api', { hosts: [HOST], gateways: ['egress', 'mesh'], http });

const HTTP = gateway({ number: 80, name: 'http', protocol: 'HTTP' });
const MUTUAL = gateway({ number: 443, name: 'https', protocol: 'HTTPS' }, { tls: { mode: 'ISTIO_MUTUAL' } });
const WITH_TLS = resource('DestinationRule', 'egress', {
  host: 'egress',
  trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: HOST } },
});
const plain = (manifests: string, more: object = {}) => ({
  manifests: EGRESS + OUTSIDE + manifests,
  workloads: { [HOST]: OK },
  url: `http://${HOST}/`,
  ...more,
});

describe('an egress gateway', () => {
  testInterplays([
    {
      what: 'sends on',
      setup: plain(HTTP + routes(toGateway(80), onward()), { workloads: { [HOST]: takes('20ms') } }),
      outcome: '200 -',
      ms: 20,
      attempts: { egress: 10 },
    },
    {
      what: 'goes by the port that it is reached by, whatever the URL says',
      setup: plain(HTTP + routes(toGateway(80), onward()), { url: `http://${HOST}:8081/` }),
      outcome: '200 -',
    },
    {
      what: 'keeps its own timeout: an ordinary answer to the caller, whose proxy retries it',
      setup: plain(
        HTTP + routes(toGateway(80, { retries: { attempts: 1, retryOn: '504' } }), onward({ timeout: '50ms' })),
        { workloads: { [HOST]: takes('100ms') } },
      ),
      outcome: '504 URX',
      ms: [100, 124],
      attempts: { egress: 20 },
    },
    {
      what: 'knows no host that its Gateway lacks',
      setup: plain(`${HTTP.replace(HOST, 'other.com')}${routes(toGateway(80), onward())}`),
      outcome: '404 -',
    },
    {
      what: 'takes mutual TLS where the DestinationRule asks for it',
      setup: plain(MUTUAL + WITH_TLS + routes(toGateway(443), onward())),
      outcome: '200 -',
    },
    {
      what: 'closes what comes in plaintext then',
      setup: plain(MUTUAL + routes(toGateway(443), onward())),
      outcome: '503 UC',
    },
    {
      what: 'judges what it receives',
      setup: plain(
        HTTP +
          routes(toGateway(80), onward()) +
          authorizationPolicy({ selector: { matchLabels: { istio: 'egress' } } }),
      ),
      outcome: '403 -',
      attempts: { egress: 10 },
    },
  ]);
});

// istio-envoy-semantics 2.6.10, 4.5; Istio 1.31, pilot/pkg/networking/core/listener.go, BuildListenerTLSContext, and
// cluster_tls.go, buildUpstreamTLSSettings and setAutoSniAndAutoSanValidation.
describe('the TLS of an egress gateway', () => {
  const OWN = { credentialName: 'c' };
  const FILES = { clientCertificate: '/c.pem', privateKey: '/k.pem' };
  const UNVERIFIED = { insecureSkipVerify: true };
  const between = (client: object, server: object, hosts: readonly string[] = [HOST]) => {
    const port = { number: 443, name: 'https', protocol: 'HTTPS' };
    const front = resource('Gateway', 'egress', {
      selector: { istio: 'egress' },
      servers: [{ port, hosts, tls: server }],
    });
    const rule = resource('DestinationRule', 'egress', { host: 'egress', trafficPolicy: { tls: client } });
    return plain(front + rule + routes(toGateway(443), onward()));
  };
  const ISTIO = { mode: 'ISTIO_MUTUAL', sni: HOST };
  const ROWS: readonly (readonly [client: object, server: object, outcome: string, hosts?: readonly string[]])[] = [
    [ISTIO, { mode: 'ISTIO_MUTUAL' }, '200 -'],
    [ISTIO, { mode: 'SIMPLE', ...OWN }, '503 UF,URX'],
    [ISTIO, { mode: 'MUTUAL', ...OWN }, '503 UF,URX'],
    [ISTIO, { mode: 'OPTIONAL_MUTUAL', ...OWN }, '503 UF,URX'],
    [{ mode: 'SIMPLE' }, { mode: 'SIMPLE', ...OWN }, '200 -'],
    [{ mode: 'SIMPLE' }, { mode: 'OPTIONAL_MUTUAL', ...OWN }, '200 -'],
    [{ mode: 'SIMPLE' }, { mode: 'MUTUAL', ...OWN }, '503 UC'],
    [{ mode: 'SIMPLE' }, { mode: 'ISTIO_MUTUAL' }, '503 UF,URX'],
    [{ mode: 'SIMPLE', ...UNVERIFIED }, { mode: 'ISTIO_MUTUAL' }, '503 UC'],
    [{ mode: 'SIMPLE', ...UNVERIFIED }, { mode: 'MUTUAL', ...OWN }, '503 UC'],
    [{ mode: 'MUTUAL', ...FILES }, { mode: 'MUTUAL', ...OWN }, '200 -'],
    [{ mode: 'MUTUAL', ...FILES }, { mode: 'SIMPLE', ...OWN }, '200 -'],
    [{ mode: 'MUTUAL', ...FILES }, { mode: 'ISTIO_MUTUAL' }, '503 UF,URX'],
    [{ mode: 'MUTUAL', ...FILES, ...UNVERIFIED }, { mode: 'MUTUAL', ...OWN }, '200 -'],
    [{ mode: 'MUTUAL', ...FILES, ...UNVERIFIED }, { mode: 'ISTIO_MUTUAL' }, '503 UC'],
    // The server name: as written, else the cluster's in the mesh's own TLS and the request's in any other.
    [{ mode: 'ISTIO_MUTUAL' }, { mode: 'ISTIO_MUTUAL' }, '503 UF,URX'],
    [{ mode: 'ISTIO_MUTUAL' }, { mode: 'ISTIO_MUTUAL' }, '200 -', ['*']],
    [{ mode: 'ISTIO_MUTUAL', sni: 'x.com' }, { mode: 'ISTIO_MUTUAL' }, '200 -', [HOST, 'x.com']],
    [{ mode: 'SIMPLE', sni: 'wrong.com' }, { mode: 'SIMPLE', ...OWN }, '503 UF,URX'],
    [{ mode: 'SIMPLE' }, { mode: 'SIMPLE', ...OWN }, '503 UF,URX', ['other.com']],
  ];
  testInterplays(
    ROWS.map(([client, server, outcome, hosts]) => ({
      what: `${JSON.stringify(client)} to ${JSON.stringify(server)} for ${hosts ?? 'the host'}`,
      setup: between(client, server, hosts),
      outcome,
    })),
  );
  testInterplays([
    {
      what: 'goes by its name to a server that has another host',
      setup: plain(
        MUTUAL +
          MUTUAL.replace('"egress"', '"more"').replace(HOST, 'x.com') +
          WITH_TLS.replace(HOST, 'x.com') +
          routes(toGateway(443), onward()),
      ),
      outcome: '404 -',
    },
    {
      what: 'is not what a server of plain HTTP speaks',
      setup: plain(
        HTTP +
          resource('DestinationRule', 'egress', { host: 'egress', trafficPolicy: { tls: { mode: 'SIMPLE' } } }) +
          routes(toGateway(80), onward()),
      ),
      outcome: '503 UF,URX',
    },
  ]);
});

// Envoy's router speaks HTTP to whatever cluster a route of HTTP names: TLS of its own on the way to a port of HTTPS.
describe('TLS that the sidecar opens', () => {
  const originating = (more: object) => ({
    manifests:
      resource('ServiceEntry', 'api', {
        hosts: [HOST],
        ports: [
          { number: 80, name: 'http', protocol: 'HTTP' },
          { number: 443, name: 'https', protocol: 'HTTPS' },
        ],
        resolution: 'DNS',
      }) +
      resource('VirtualService', 'api', {
        hosts: [HOST],
        http: [{ match: [{ port: 80 }], route: [{ destination: { host: HOST, port: { number: 443 } } }], ...more }],
      }) +
      resource('DestinationRule', 'api', {
        host: HOST,
        trafficPolicy: { portLevelSettings: [{ port: { number: 443 }, tls: { mode: 'SIMPLE' } }] },
      }),
    url: `http://${HOST}/`,
  });
  testInterplays([
    {
      what: 'its timeouts and retries hold',
      setup: {
        ...originating({ retries: { attempts: 2, retryOn: '503' } }),
        workloads: { [HOST]: { endpoints: [{ respond: { status: 503 } }] } },
      },
      outcome: '503 URX',
      attempts: { [HOST]: 30 },
    },
    {
      what: 'it does so once a connection: two round trips more',
      setup: { ...originating({}), workloads: { [HOST]: OK }, network: '10ms', atMs: [0] },
      outcome: '200 -',
      ms: 60,
    },
    {
      what: 'a refused connection is retried, and told as any other',
      setup: {
        ...originating({}),
        workloads: { [HOST]: OK },
        faults: [{ at: '0s', crash: { workload: HOST } }],
      },
      outcome: '503 UF,URX',
    },
  ]);
});
