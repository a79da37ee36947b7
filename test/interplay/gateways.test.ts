import { authorizationPolicy, requestAuthentication, strict } from '../support/security.js';
import { fails, HANGS, takes } from '../surprises/documents.js';
import { always, resource } from './documents.js';
import { testInterplays } from './expected.js';

const SELECTOR = { istio: 'ingressgateway' };
const TO = [{ destination: { host: 'server' } }];
const THROUGH = { traffic: { from: { gateway: 'istio-ingressgateway' } }, url: 'http://shop.com/' };

function gateway(server: object = {}): string {
  const port = { number: 80, name: 'http', protocol: 'HTTP' };
  return resource('Gateway', 'front', { selector: SELECTOR, servers: [{ port, hosts: ['shop.com'], ...server }] });
}

function shop(rule: object, more: object = {}): string {
  return (
    gateway() + resource('VirtualService', 'shop', { hosts: ['shop.com'], gateways: ['front'], http: [rule], ...more })
  );
}

const https = (name: string, hosts: readonly string[], tls: object = { mode: 'SIMPLE', credentialName: name }) =>
  resource('Gateway', name, {
    selector: SELECTOR,
    servers: [
      {
        port: { number: 443, name: 'https', protocol: 'HTTPS' },
        hosts,
        tls,
      },
    ],
  });
const boundTo = (name: string, hosts: readonly string[], status: number) =>
  resource('VirtualService', name, { hosts, gateways: [name], http: [{ directResponse: { status } }] });

const CORS = { corsPolicy: { allowOrigins: [{ exact: 'https://a.com' }], allowMethods: ['GET'] } };
const PREFLIGHT = {
  to: 'http://shop.com/',
  method: 'OPTIONS',
  headers: { origin: 'https://a.com', 'access-control-request-method': 'GET' },
};
const through = (manifests: string, more: object = {}) => ({ ...THROUGH, manifests, ...more });
const asking = (request: object) => ({ traffic: { ...THROUGH.traffic, requests: [request] }, url: '' });
const root = (delegate: object) =>
  shop({ match: [{ uri: { prefix: '/a' } }], delegate: { name: 'inner', namespace: 'other' }, timeout: '100ms' }) +
  resource('VirtualService', 'inner', delegate, 'other');
const INNER = [{ destination: { host: 'server.default.svc.cluster.local' } }];

// istio-envoy-semantics 1.2 (order of the filters), 1.6, 2.2, 2.3.
testInterplays([
  {
    what: 'a preflight meets the injected abort first',
    setup: through(shop({ ...CORS, fault: { abort: always({ httpStatus: 418 }) }, route: TO }), asking(PREFLIGHT)),
    outcome: '418 FI',
  },
  {
    what: 'and is answered after the injected delay',
    setup: through(shop({ ...CORS, fault: { delay: always({ fixedDelay: '100ms' }) }, route: TO }), {
      ...asking(PREFLIGHT),
      server: fails(500),
    }),
    outcome: '200 DI',
    ms: 100,
  },
  {
    what: 'a route that answers itself has no CORS',
    setup: through(shop({ ...CORS, directResponse: { status: 503 } }), asking(PREFLIGHT)),
    outcome: '503 -',
  },
  {
    what: 'a bad token is refused before any redirect',
    setup: through(
      shop({ redirect: { uri: '/x' } }) +
        requestAuthentication({ jwtRules: [{ issuer: 'i' }] }, { namespace: 'istio-system' }),
      asking({ to: 'http://shop.com/', jwt: { issuer: 'x' } }),
    ),
    outcome: '401 -',
  },
  {
    what: 'a denial comes before the injected abort',
    setup: through(
      shop({ fault: { abort: always({ httpStatus: 503 }) }, route: TO }) +
        authorizationPolicy({ selector: { matchLabels: SELECTOR } }, { namespace: 'istio-system' }),
    ),
    outcome: '403 -',
  },
  {
    what: 'httpsRedirect comes before it too',
    setup: through(
      gateway({ tls: { httpsRedirect: true } }) +
        resource('VirtualService', 'shop', {
          hosts: ['shop.com'],
          gateways: ['front'],
          http: [{ fault: { abort: always({ httpStatus: 503 }) }, route: TO }],
        }),
    ),
    outcome: '301 -',
  },
  {
    what: 'a VirtualService of a gateway does not act in the mesh',
    setup: {
      manifests:
        gateway() +
        resource('VirtualService', 'v', {
          hosts: ['server', 'shop.com'],
          gateways: ['front'],
          http: [{ directResponse: { status: 201 } }],
        }),
    },
    outcome: '200 -',
  },
  {
    what: 'of one for both a rule may be for the gateway alone',
    setup: through(
      gateway() +
        resource('VirtualService', 'v', {
          hosts: ['server', 'shop.com'],
          gateways: ['front', 'mesh'],
          http: [{ match: [{ gateways: ['front'] }], directResponse: { status: 201 } }, { route: TO }],
        }),
    ),
    outcome: '201 -',
  },
  {
    what: 'a short destination is of the namespace of the VirtualService',
    setup: through(
      gateway() +
        resource(
          'VirtualService',
          'v',
          { hosts: ['shop.com'], gateways: ['default/front'], http: [{ route: TO }] },
          'other',
        ),
    ),
    outcome: '503 NC',
  },
  {
    what: 'a delegate has the timeout of its root',
    setup: through(root({ http: [{ match: [{ uri: { prefix: '/a/b' } }], route: INNER }] }), {
      server: takes('300ms'),
      url: 'http://shop.com/a/b',
    }),
    outcome: '504 UT',
    ms: 100,
  },
  {
    what: 'unless it has its own',
    setup: through(root({ http: [{ timeout: '200ms', route: INNER }] }), {
      server: takes('300ms'),
      url: 'http://shop.com/a/b',
    }),
    outcome: '504 UT',
    ms: 200,
  },
  {
    what: 'and no path outside of the root',
    setup: through(root({ http: [{ match: [{ uri: { prefix: '/c' } }], route: INNER }] }), {
      url: 'http://shop.com/c',
    }),
    outcome: '404 NR',
  },
  {
    what: 'mutual TLS to a STRICT server',
    setup: through(shop({ route: TO }) + strict(), { serverSidecar: true }),
    outcome: '200 -',
  },
  {
    what: 'a DestinationRule without it closes the gateway out',
    setup: through(shop({ route: TO }) + strict(), { serverSidecar: true, policy: { tls: { mode: 'DISABLE' } } }),
    outcome: '503 UC',
  },
  {
    what: 'a client that hangs up',
    setup: through(shop({ route: TO }), { server: HANGS, traffic: { ...THROUGH.traffic, timeout: '100ms' } }),
    outcome: '0 DC',
    ms: 100,
  },

  // pilot/pkg/model/gateway.go, `mergeGateways`: HTTPS is told apart by server name before any host is looked at.
  {
    what: 'HTTPS of a wildcard has no say in a name that another server has',
    setup: through(https('one', ['shop.com']) + https('all', ['*.com']) + boundTo('all', ['shop.com'], 201), {
      url: 'https://shop.com/',
    }),
    outcome: '404 NR',
  },
  {
    what: 'but in all others',
    setup: through(https('one', ['shop.com']) + https('all', ['*.com']) + boundTo('all', ['x.com'], 201), {
      url: 'https://x.com/',
    }),
    outcome: '201 -',
  },
  {
    what: 'the second to name a host is left out with all its hosts',
    setup: through(
      https('one', ['shop.com']) + https('two', ['shop.com', 'x.com']) + boundTo('two', ['shop.com', 'x.com'], 201),
      { url: 'https://x.com/' },
    ),
    outcome: '0 NR',
  },

  // listener.go, BuildListenerTLSContext: clients outside the mesh have no certificate of it.
  {
    what: 'mutual TLS of the mesh keeps clients out',
    setup: through(https('one', ['shop.com'], { mode: 'ISTIO_MUTUAL' }) + boundTo('one', ['shop.com'], 201), {
      url: 'https://shop.com/',
    }),
    outcome: '0 -',
  },
  {
    what: 'that of others lets them in',
    setup: through(
      https('one', ['shop.com'], { mode: 'MUTUAL', credentialName: 'c' }) + boundTo('one', ['shop.com'], 201),
      { url: 'https://shop.com/' },
    ),
    outcome: '201 -',
  },
]);
