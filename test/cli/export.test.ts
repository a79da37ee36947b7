import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folderOf, say } from '../support/outside.js';
import { strict } from '../support/security.js';
import { deployment, destinationRule, service, station, virtualService } from '../support/stations.js';

const STATIONS = [
  deployment('client', { sidecar: true }),
  station('server', { sidecar: true, replicas: 2 }),
  deployment('canary', { app: 'server', labels: { version: 'v2' }, sidecar: true }),
  station('outsider'),
  deployment('db', { sidecar: true }),
  service('db', 5432, 'tcp-db'),
].join('');

interface Exported {
  readonly admin: { readonly address: Address };
  readonly static_resources: { readonly listeners: readonly Listener[]; readonly clusters: readonly Cluster[] };
}
interface Address {
  readonly socket_address: { readonly address: string; readonly port_value: number };
}
interface Listener {
  readonly name: string;
  readonly address: Address;
  readonly filter_chains: readonly { readonly filters: readonly { readonly typed_config: Manager }[] }[];
}
interface Manager {
  readonly cluster?: string;
  readonly route_config: {
    readonly virtual_hosts: readonly { readonly domains: readonly string[]; readonly routes: readonly object[] }[];
  };
}
interface Cluster {
  readonly name: string;
  readonly load_assignment: {
    readonly endpoints: readonly {
      readonly priority: number;
      readonly locality?: object;
      readonly lb_endpoints: readonly { readonly endpoint: { address: Address } }[];
    }[];
  };
  readonly [field: string]: unknown;
}

async function exported(manifests: string, ...flags: string[]): Promise<Exported> {
  const { exit, stdout } = await say(folderOf({ 'all.yaml': manifests }), ['export', 'envoy', '.', ...flags]);
  expect(exit).toBe(0);
  return parse(stdout);
}

function routesFor(domain: string, { static_resources }: Exported): readonly object[] {
  const managers = static_resources.listeners.map(({ filter_chains }) => filter_chains[0]!.filters[0]!.typed_config);
  const hosts = managers.flatMap(({ route_config }) => route_config?.virtual_hosts ?? []);
  return hosts.find(({ domains }) => domains.includes(domain))!.routes;
}

function clusterNamed(name: string, { static_resources }: Exported): Cluster {
  return static_resources.clusters.find((cluster) => cluster.name === name)!;
}

function hostsOf({ load_assignment }: Cluster): readonly string[] {
  return load_assignment.endpoints.flatMap(({ lb_endpoints }) =>
    lb_endpoints.map(({ endpoint: { address } }) => addressText(address)),
  );
}

function addressText({ socket_address: { address, port_value } }: Address): string {
  return `${address}:${port_value}`;
}

const SERVER = 'outbound|80||server.default.svc.cluster.local';

describe('drymesh export envoy', () => {
  test('addresses: pods with a sidecar are called at it, it calls its application; others are called themselves', async () => {
    const client = await exported(STATIONS, '--proxy', 'client');
    expect(addressText(client.admin.address)).toBe('127.128.1.0:15000');
    expect(hostsOf(clusterNamed(SERVER, client))).toEqual(['127.64.1.1:80', '127.64.1.2:80', '127.64.1.3:80']);
    expect(hostsOf(clusterNamed('outbound|80||outsider.default.svc.cluster.local', client))).toEqual(['127.0.1.4:80']);
    const server = await exported(STATIONS, '--proxy', 'server', '--pod', '1');
    const listener = server.static_resources.listeners.find(({ name }) => name === 'inbound|80||')!;
    expect(addressText(listener.address)).toBe('127.64.1.2:80');
    expect(hostsOf(clusterNamed('inbound|80||', server))).toEqual(['127.0.1.2:80']);
  });

  test('a service on a TCP port has a listener of its own', async () => {
    const client = await exported(STATIONS, '--proxy', 'client');
    const own = client.static_resources.listeners.find(({ name }) => name.startsWith('db.'))!;
    expect(own.address.socket_address.port_value).toBe(5432);
    expect(own.filter_chains[0]!.filters[0]!.typed_config.cluster).toBe('outbound|5432||db.default.svc.cluster.local');
  });

  test('nothing written: the default route with its two retries, no timeout', async () => {
    const [route, ...others] = routesFor('server', await exported(STATIONS, '--proxy', 'client'));
    expect(others).toEqual([]);
    expect(route).toMatchObject({
      match: { prefix: '/' },
      route: {
        cluster: SERVER,
        timeout: '0s',
        retry_policy: {
          retry_on: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
          num_retries: 2,
          host_selection_retry_max_attempts: 5,
          retry_back_off: { base_interval: '0.025s', max_interval: '0.25s' },
        },
      },
    });
  });

  const ROUTES: readonly { readonly it: string; readonly rule: object; readonly becomes: object }[] = [
    {
      it: 'a timeout and retries',
      rule: { timeout: '2s', retries: { attempts: 4, perTryTimeout: '300ms', retryOn: '5xx,418' } },
      becomes: {
        route: {
          timeout: '2s',
          retry_policy: { num_retries: 4, per_try_timeout: '0.3s', retriable_status_codes: [418] },
        },
      },
    },
    {
      it: 'a delay and an abort',
      rule: {
        fault: {
          delay: { percentage: { value: 12.5 }, fixedDelay: '7s' },
          abort: { percentage: { value: 1 }, httpStatus: 418 },
        },
      },
      becomes: {
        typed_per_filter_config: {
          'envoy.filters.http.fault': {
            delay: { fixed_delay: '7s', percentage: { numerator: 125_000, denominator: 'MILLION' } },
            abort: { http_status: 418, percentage: { numerator: 10_000, denominator: 'MILLION' } },
          },
        },
      },
    },
    {
      it: 'a mirror',
      rule: { mirror: { host: 'outsider' }, mirrorPercentage: { value: 10 } },
      becomes: {
        route: {
          request_mirror_policies: [
            {
              cluster: 'outbound|80||outsider.default.svc.cluster.local',
              runtime_fraction: { default_value: { numerator: 100_000, denominator: 'MILLION' } },
            },
          ],
        },
      },
    },
    {
      it: 'a path without regard to case, a header, one that must not be there, a parameter',
      rule: {
        match: [
          {
            uri: { prefix: '/Api' },
            ignoreUriCase: true,
            headers: { 'end-user': { regex: 'j.*' } },
            withoutHeaders: { 'x-test': {} },
            queryParams: { v: { exact: '2' } },
          },
        ],
      },
      becomes: {
        match: {
          prefix: '/Api',
          case_sensitive: false,
          headers: [
            { name: 'end-user', string_match: { safe_regex: { regex: 'j.*' } } },
            { name: 'x-test', present_match: true, invert_match: true },
          ],
          query_parameters: [{ name: 'v', string_match: { exact: '2' } }],
        },
      },
    },
    {
      it: 'another path and host for the server',
      rule: { rewrite: { uri: '/v2', authority: 'v2.server' } },
      becomes: { route: { prefix_rewrite: '/v2', host_rewrite_literal: 'v2.server' } },
    },
    {
      it: 'headers',
      rule: { headers: { request: { set: { a: '1' }, add: { b: '2' }, remove: ['c'] } } },
      becomes: {
        request_headers_to_add: [
          { header: { key: 'a', value: '1' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
          { header: { key: 'b', value: '2' }, append_action: 'APPEND_IF_EXISTS_OR_ADD' },
        ],
        request_headers_to_remove: ['c'],
      },
    },
  ];
  test.each(ROUTES)('$it', async ({ rule, becomes }) => {
    const client = await exported(STATIONS + virtualService('server', rule), '--proxy', 'client');
    expect(routesFor('server', client)[0]).toMatchObject(becomes);
  });

  test('weights, a redirect, an answer', async () => {
    const rules = [
      { match: [{ uri: { exact: '/old' } }], redirect: { uri: '/new', redirectCode: 308 } },
      { match: [{ uri: { exact: '/gone' } }], directResponse: { status: 410 } },
      {
        route: [
          { destination: { host: 'server' }, weight: 9 },
          { destination: { host: 'outsider' }, weight: 1 },
        ],
      },
    ];
    const routes = routesFor('server', await exported(STATIONS + virtualService('server', rules), '--proxy', 'client'));
    expect(routes).toMatchObject([
      { redirect: { response_code: 'PERMANENT_REDIRECT', path_redirect: '/new' } },
      { direct_response: { status: 410 } },
      { route: { weighted_clusters: { clusters: [{ weight: 90 }, { weight: 10 }] } } },
    ]);
  });

  test('a DestinationRule: limits, outlier detection, balancer; the server enforces the limits as well', async () => {
    const rule = destinationRule('server', {
      loadBalancer: { simple: 'ROUND_ROBIN' },
      connectionPool: {
        tcp: { maxConnections: 7, connectTimeout: '150ms' },
        http: { http1MaxPendingRequests: 3, maxRequestsPerConnection: 9, maxRetries: 2 },
      },
      outlierDetection: {
        consecutiveGatewayErrors: 4,
        interval: '5s',
        baseEjectionTime: '90s',
        maxEjectionPercent: 50,
      },
    });
    const limits = { max_connections: 7, max_pending_requests: 3, max_requests: 4294967295, max_retries: 2 };
    const client = clusterNamed(SERVER, await exported(STATIONS + rule, '--proxy', 'client'));
    expect(client).toMatchObject({
      lb_policy: 'ROUND_ROBIN',
      connect_timeout: '0.15s',
      circuit_breakers: { thresholds: [limits] },
      outlier_detection: {
        consecutive_5xx: 5,
        consecutive_gateway_failure: 4,
        enforcing_consecutive_gateway_failure: 100,
        enforcing_success_rate: 0,
        interval: '5s',
        base_ejection_time: '90s',
        max_ejection_percent: 50,
      },
    });
    expect(JSON.stringify(client)).toContain('"max_requests_per_connection":9');
    const inbound = clusterNamed('inbound|80||', await exported(STATIONS + rule, '--proxy', 'server'));
    expect(inbound).toMatchObject({ circuit_breakers: { thresholds: [limits] } });
  });

  // I:pilot/pkg/networking/core/listener.go, listener_builder.go, listener_inbound.go, gateway.go
  const ALIKE = {
    normalize_path: true,
    proxy_100_continue: true,
    stream_idle_timeout: '0s',
    upgrade_configs: [{ upgrade_type: 'websocket' }],
  };
  test.each([
    { who: 'client', listener: '80', is: { ...ALIKE, use_remote_address: false } },
    { who: 'server', listener: 'inbound|80||', is: { ...ALIKE, forward_client_cert_details: 'APPEND_FORWARD' } },
    {
      who: 'istio-ingressgateway',
      listener: '8080',
      is: { ...ALIKE, use_remote_address: true, forward_client_cert_details: 'SANITIZE_SET' },
    },
  ])('what a proxy does with requests beside routing is what istiod asks for: $who', async ({ who, listener, is }) => {
    const gateway = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'front' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [
          { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['a.com'], tls: { httpsRedirect: true } },
        ],
      },
    };
    const manifests = `${STATIONS}---\n${JSON.stringify(gateway)}\n`;
    const { static_resources } = await exported(manifests, '--proxy', who);
    const found = static_resources.listeners.find(({ name }) => name === listener)!;
    expect(found).toMatchObject({ max_connections_to_accept_per_socket_event: 1 });
    expect(found.filter_chains[0]!.filters[0]!.typed_config).toMatchObject(is);
  });

  test('a subset has its pods alone', async () => {
    const manifests =
      STATIONS +
      destinationRule('server', undefined, [{ name: 'v2', labels: { version: 'v2' } }]) +
      virtualService('server', [{ route: [{ destination: { host: 'server', subset: 'v2' } }] }]);
    const client = await exported(manifests, '--proxy', 'client');
    const subset = clusterNamed('outbound|80|v2|server.default.svc.cluster.local', client);
    expect(hostsOf(subset)).toEqual(['127.64.1.3:80']);
  });

  test('an address outside serves the ports of its own entry', async () => {
    const entry = (name: string, number: number, address: string) => {
      const ports = [{ number, name: `http-${number}`, protocol: 'HTTP' }];
      const spec = { hosts: ['api.example.com'], resolution: 'STATIC', ports, endpoints: [{ address }] };
      return `---\n${JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name }, spec })}\n`;
    };
    const entries = entry('one', 80, '192.0.2.1') + entry('two', 81, '192.0.2.2');
    const client = await exported(STATIONS + entries, '--proxy', 'client');
    const hosts = [80, 81].map((port) => hostsOf(clusterNamed(`outbound|${port}||api.example.com`, client)));
    expect(hosts).toEqual([['127.0.1.7:80'], ['127.0.1.8:81']]);
  });

  test('a machine calls from where its WorkloadEntry says that it stands: what is near comes first', async () => {
    const entry = (name: string, app: string, locality: string) => {
      const spec = { address: '192.0.2.1', labels: { app }, locality, serviceAccount: name };
      return `---\n${JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name }, spec })}\n`;
    };
    const machines =
      entry('here', 'vm', 'r/a') + entry('near', 'far-and-near', 'r/a') + entry('far', 'far-and-near', 's/b');
    const rule = destinationRule('far-and-near', { outlierDetection: { consecutive5xxErrors: 5 } });
    const manifests = machines + service('far-and-near') + rule;
    const { exit, stdout, stderr } = await say(folderOf({ 'all.yaml': manifests }), [
      'export',
      'envoy',
      '.',
      '--proxy',
      'here',
    ]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const cluster = clusterNamed('outbound|80||far-and-near.default.svc.cluster.local', parse(stdout));
    const groups = cluster.load_assignment.endpoints as readonly {
      readonly priority: number;
      readonly locality: object;
    }[];
    expect(groups.map(({ priority, locality }) => ({ priority, locality }))).toEqual([
      { priority: 0, locality: { region: 'r', zone: 'a' } },
      { priority: 1, locality: { region: 's', zone: 'b' } },
    ]);
  });

  test('what is left out is told', async () => {
    const policy = { action: 'DENY', rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] };
    const written = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'no-shop' } };
    const manifests = `${STATIONS}---\n${JSON.stringify({ ...written, spec: policy })}\n`;
    const { stderr } = await say(folderOf({ 'all.yaml': manifests }), ['export', 'envoy', '.', '--proxy', 'server']);
    expect(stderr).toMatch(/^left out: AuthorizationPolicy no-shop \(all\.yaml:\d+\)$/m);
  });

  test('without certificates plaintext is taken where only mutual TLS should be, and that is told', async () => {
    const folder = folderOf({ 'mesh/all.yaml': STATIONS + strict() });
    const exporting = (...flags: string[]) => say(folder, ['export', 'envoy', 'mesh', '--proxy', 'server', ...flags]);
    const told = /^left out: PeerAuthentication x \(mesh\/all\.yaml:\d+\): without certificates plaintext is taken$/m;
    expect((await exporting()).stderr).toMatch(told);
    expect((await exporting('--certificates', 'certs')).stderr).toBe('');
  });

  test.each([
    { typed: ['envoi'], said: 'there is no thing to export "envoi"' },
    { typed: ['envoy', '.', '--proxy', 'outsider'], said: 'outsider has no proxy' },
    { typed: ['envoy', '.', '--proxy', 'clint'], said: 'there is no workload "clint"' },
    { typed: ['envoy', '.', '--proxy', 'server', '--pod', '2'], said: '"2" is no pod of server: write 0 to 1' },
  ])('drymesh export $typed is refused', async ({ typed, said }) => {
    const { exit, stderr } = await say(folderOf({ 'all.yaml': STATIONS }), ['export', ...typed]);
    expect(exit).toBe(2);
    expect(stderr).toContain(said);
  });
});
