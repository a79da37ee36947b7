import type { Gateway, GatewayServer, HttpRoute, Mesh, RouteSet } from '../mesh/index.js';
import { selects, workloadName } from '../mesh/index.js';
import { parseTarget } from './target.js';
import { yamlText } from './yaml-text.js';

const MAX_REQUESTS = 20;
const RATE = 'rate: 10/s  # guess';

/** One source for each gateway that routes lead through; without any, one from outside to the first service. */
export function starterTraffic(mesh: Mesh): string[] {
  const urls = new Map<string, Set<string>>();
  for (const gateway of mesh.gateways) {
    const name = gatewayName(gateway, mesh);
    const known = urls.get(name) ?? new Set();
    for (const url of urlsThrough(gateway, mesh)) known.add(url);
    if (known.size > 0) urls.set(name, known);
  }
  if (urls.size > 0)
    return ['  traffic:', ...[...urls].flatMap(([name, found], i) => sourceLines(name, [...found], i))];
  return outsideLines(mesh);
}

function sourceLines(gateway: string, urls: readonly string[], index: number): string[] {
  return [
    `    - name: clients${index === 0 ? '' : `-${index + 1}`}`,
    `      from: {gateway: ${yamlText(gateway)}}`,
    `      ${RATE}`,
    '      requests:',
    ...urls.slice(0, MAX_REQUESTS).map((url) => `        - {to: ${yamlText(url)}}`),
  ];
}

function outsideLines(mesh: Mesh): string[] {
  const urls = mesh.services.flatMap(({ name, namespace, external, ports }) => {
    return external || ports.length === 0 ? [] : `http://${name}.${namespace}:${ports[0]!.number}/`;
  });
  const url = urls.find((candidate) => typeof parseTarget(candidate) !== 'string');
  if (url === undefined) return ['  traffic: []'];
  return [
    '  traffic:',
    '    - name: clients',
    '      from: outside',
    `      ${RATE}`,
    `      to: ${yamlText(url)}  # guess`,
  ];
}

/** The workload that the gateway selects, else the one that its labels imply. */
function gatewayName({ selector }: Gateway, mesh: Mesh): string {
  const workload = mesh.workloads.find(({ role, labels }) => role === 'gateway' && selects(selector, labels));
  if (workload !== undefined) return workloadName(workload);
  return Object.hasOwn(selector, 'istio') ? `istio-${selector.istio}` : 'istio-ingressgateway';
}

/** A URL for each route that leads through the gateway, if one can be made up that would match. */
function urlsThrough(gateway: Gateway, mesh: Mesh): string[] {
  const routeSets = mesh.routeSets.filter(({ gateways }) => gateways.includes(`${gateway.namespace}/${gateway.name}`));
  return gateway.servers.flatMap((server) => {
    const base = baseOf(server);
    return base === null ? [] : routeSets.flatMap((routes) => urlsOf(routes, server, base));
  });
}

interface Base {
  readonly scheme: 'http' | 'https';
  readonly port: string;
}

function baseOf({ port, protocol, tls }: GatewayServer): Base | null {
  if (tls?.httpsRedirect) return null;
  if (protocol === 'https') return { scheme: 'https', port: port === 443 || port === 8443 ? '' : `:${port}` };
  if (protocol !== 'http' && protocol !== 'http2') return null;
  return { scheme: 'http', port: port === 80 || port === 8080 ? '' : `:${port}` };
}

function urlsOf({ hosts, http }: RouteSet, server: GatewayServer, { scheme, port }: Base): string[] {
  const host = concreteHost([...hosts, ...server.hosts.map((served) => served.host)]);
  const urls = http.map((route) => `${scheme}://${host}${port}${pathOf(route)}`);
  return urls.filter((url) => typeof parseTarget(url) !== 'string');
}

/** The first host without a wildcard; else one that the wildcard takes. */
function concreteHost(hosts: readonly string[]): string {
  const exact = hosts.find((host) => !host.includes('*'));
  return exact ?? (hosts[0] === undefined || hosts[0] === '*' ? 'example.com' : hosts[0].replace('*', 'www'));
}

function pathOf({ matches }: HttpRoute): string {
  const uri = matches.map((match) => match.uri).find((found) => found?.kind === 'exact' || found?.kind === 'prefix');
  return uri?.value.startsWith('/') ? uri.value : '/';
}
