import { describe, expect, test } from 'vitest';
import { envoyBinary } from '../support/envoy.js';
import { envoyFilter, insertion, limitConfig, override } from '../support/rate-limit.js';
import { authorizationPolicy, strict } from '../support/security.js';
import { deployment, station, virtualService } from '../support/stations.js';
import { RunningMesh } from './running.js';

/** What exported proxies do, as real Envoys. */
const CLIENT = 0;
const SERVER = 1;
const GATEWAY = 2;
const STATIONS = deployment('client', { sidecar: true }) + station('server', { sidecar: true });
const SUB_FILTER = 'envoy.filters.http.router';

async function statuses(mesh: RunningMesh, paths: readonly string[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const path of paths) found.push((await mesh.call(CLIENT, 'server', path)).status);
  return found;
}

describe.skipIf(envoyBinary() === null)('two exported proxies on a real Envoy', () => {
  test('carry a request from application to application', async () => {
    const mesh = new RunningMesh(STATIONS);
    await mesh.application(SERVER, 'server');
    await mesh.start('server');
    await mesh.start('client');
    expect(await mesh.call(CLIENT, 'server')).toEqual({ status: 200, body: 'server' });
    expect((await mesh.call(CLIENT, 'nobody')).status).toBe(404);
  });

  test('at the server a local rate limit refuses what comes beyond it', async () => {
    const limit = envoyFilter([insertion('SIDECAR_INBOUND', limitConfig(2, '3600s'))], 'server');
    const mesh = new RunningMesh(STATIONS + limit);
    const seen = await mesh.application(SERVER, 'server');
    await mesh.start('server');
    await mesh.start('client');
    expect(await statuses(mesh, ['/', '/', '/', '/'])).toEqual([200, 200, 429, 429]);
    expect(seen).toHaveLength(2);
  });

  test('at the client a route has a limit of its own in place of the listener’s', async () => {
    const routes = virtualService('server', [
      { name: 'few', match: [{ uri: { prefix: '/few' } }], route: [{ destination: { host: 'server' } }] },
      { name: 'many', route: [{ destination: { host: 'server' } }] },
    ]);
    const limits = envoyFilter(
      [
        insertion('SIDECAR_OUTBOUND', limitConfig(3, '3600s'), SUB_FILTER),
        override('HTTP_ROUTE', 'SIDECAR_OUTBOUND', { vhost: { route: { name: 'few' } } }, limitConfig(1, '3600s')),
      ],
      'client',
    );
    const mesh = new RunningMesh(STATIONS + routes + limits);
    await mesh.application(SERVER, 'server');
    await mesh.start('server');
    await mesh.start('client');
    expect(await statuses(mesh, ['/few', '/few', '/', '/', '/', '/'])).toEqual([200, 429, 200, 200, 200, 429]);
  });

  const STRICT = strict();
  const MODES = [
    { mode: 'STRICT', rule: STRICT, intruder: 'reset' },
    { mode: 'PERMISSIVE', rule: '', intruder: 200 },
  ];
  test.each(MODES)('speak mutual TLS, $mode: plaintext gets $intruder', async ({ rule, intruder }) => {
    const mesh = new RunningMesh(STATIONS + rule);
    const [seen] = [await mesh.application(SERVER, 'server')];
    await mesh.start('server', '--certificates', 'certificates');
    await mesh.start('client', '--certificates', 'certificates');
    expect(await mesh.call(CLIENT, 'server')).toEqual({ status: 200, body: 'server' });
    expect(seen[0]!['x-forwarded-client-cert']).toContain('URI=spiffe://cluster.local/ns/default/sa/default');
    expect(
      await mesh.intrude(SERVER).then(
        ({ status }) => status,
        () => 'reset',
      ),
    ).toBe(intruder);
  });

  test('who shows a certificate of another authority is not let in', async () => {
    const mesh = new RunningMesh(STATIONS + STRICT);
    await mesh.application(SERVER, 'server');
    await mesh.start('server', '--certificates', 'certificates');
    await mesh.start('client', '--certificates', 'others');
    expect((await mesh.call(CLIENT, 'server')).status).toBe(503);
  });

  test('policies let in whom and what they name', async () => {
    const policies =
      authorizationPolicy({ rules: [{ from: [{ source: { namespaces: ['default'] } }] }] }, { name: 'ours' }) +
      authorizationPolicy(
        { action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin*'] } }] }] },
        { name: 'no-admin' },
      );
    const mesh = new RunningMesh(STATIONS + policies);
    await mesh.application(SERVER, 'server');
    expect(await mesh.start('server', '--certificates', 'certificates')).toBe('');
    await mesh.start('client', '--certificates', 'certificates');
    expect(await statuses(mesh, ['/', '/admin/x'])).toEqual([200, 403]);
    expect((await mesh.intrude(SERVER)).status).toBe(403); // plaintext, from nobody
  });

  test('a gateway ends TLS with the certificate of its server, and asks for one where that is MUTUAL', async () => {
    const front = (name: string, number: number, mode: string) => ({
      port: { number, name, protocol: 'HTTPS' },
      hosts: [`${name}.shop.com`],
      tls: { mode, credentialName: name },
    });
    const resource = (apiVersion: string, kind: string, spec: object) =>
      `---\n${JSON.stringify({ apiVersion, kind, metadata: { name: 'front' }, spec })}\n`;
    const gateway = resource('networking.istio.io/v1', 'Gateway', {
      selector: { istio: 'ingressgateway' },
      servers: [front('open', 8443, 'SIMPLE'), front('known', 8444, 'MUTUAL')],
    });
    const route = resource('networking.istio.io/v1', 'VirtualService', {
      hosts: ['*.shop.com'],
      gateways: ['front'],
      http: [{ route: [{ destination: { host: 'server' } }] }],
    });
    const mesh = new RunningMesh(STATIONS + STRICT + gateway + route);
    await mesh.application(SERVER, 'server');
    await mesh.start('server', '--certificates', 'certificates');
    await mesh.start('istio-ingressgateway', '--certificates', 'certificates');
    expect(await mesh.enter(GATEWAY, 8443, 'open.shop.com')).toEqual({ status: 200, body: 'server' });
    await expect(mesh.enter(GATEWAY, 8444, 'known.shop.com')).rejects.toThrow();
    expect(await mesh.enter(GATEWAY, 8444, 'known.shop.com', 'server')).toEqual({ status: 200, body: 'server' });
  });
});
