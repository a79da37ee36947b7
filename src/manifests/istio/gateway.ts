import type { Gateway, GatewayServer } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { isDnsLabel, isIpAddress } from '../names.js';
import { protocolOf } from '../port-protocol.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { port, refuse } from './checks.js';
import type { Context } from './context.js';
import { GATEWAY_FIELDS, SERVER_FIELDS, SERVER_PORT_FIELDS } from './fields/gateway.js';
import { labels, list, section, text, textValues } from './read.js';
import { translateScopedHost } from './scoped-host.js';
import { translateServerTls } from './server-tls.js';

const UNIX = 'unix://';

/** A Gateway. Source: Istio 1.32, pkg/config/validation/gateway.go, ValidateGateway. */
export function translateGateway(resource: Resource, context: Context): Gateway {
  const { section: root, name, namespace, age } = resource;
  const spec = section(root, 'spec');
  account(spec, GATEWAY_FIELDS, context);
  const servers = list(spec, 'servers');
  if (servers.length === 0) refuse(spec ?? root, 'the Gateway has no servers', "add 'servers: [...]'");
  checkPortNames(servers);
  return {
    origin: originOf(root),
    name,
    namespace,
    selector: labels(spec, 'selector'), // looked at by nobody but the matching
    servers: servers.map((server) => translateServer(server, context)),
    age,
  };
}

function translateServer(server: Section, context: Context): GatewayServer {
  account(server, SERVER_FIELDS, context);
  const at = section(server, 'port');
  account(at, SERVER_PORT_FIELDS, context);
  const protocol = (text(at, 'protocol') ?? '').toUpperCase();
  const bind = text(server, 'bind') ?? '';
  checkBind(server, bind);
  return {
    origin: originOf(server),
    port: portOf(server, at),
    protocol: protocolOf(protocol) ?? refuseProtocol(at, protocol),
    hosts: hostsOf(server, context.namespace),
    tls: translateServerTls(server, protocol, context),
    ...(bind === '' ? {} : { bind }),
  };
}

function portOf(server: Section, at: Section | null): number {
  if (at === null && !server.has('port')) return 0; // the schema has refused it
  const isUnix = (text(server, 'bind') ?? '').startsWith(UNIX);
  if (isUnix && at?.raw('number') === 0) return 0;
  return port(at, 'number') ?? 0;
}

function refuseProtocol(at: Section | null, protocol: string): 'tcp' {
  const help = 'write HTTP, HTTPS, HTTP2, GRPC, TCP or TLS';
  if (at?.has('protocol')) refuse(at, `${quote(protocol)} is no protocol of a gateway`, help, 'protocol');
  return 'tcp';
}

function checkBind(server: Section, bind: string): void {
  if (bind === '' || bind.startsWith(UNIX) || isIpAddress(bind)) return;
  refuse(server, `${quote(bind)} is no address to listen on`, 'write an IP address', 'bind');
}

function hostsOf(server: Section, namespace: string): GatewayServer['hosts'] {
  const hosts = textValues(server, 'hosts').map(([written, value]) => translateScopedHost(written, value, true));
  if (hosts.length === 0 && server.has('hosts'))
    refuse(server, 'the server has no hosts', 'add \'hosts: ["*"]\'', 'hosts');
  return hosts.map((host) => (host.namespace === '.' ? { ...host, namespace } : host));
}

function checkPortNames(servers: readonly Section[]): void {
  const seen = new Set<string>();
  for (const server of servers) {
    const at = section(server, 'port');
    const name = text(at, 'name');
    if (at === null || name === null) continue; // the schema has refused it
    if (!isDnsLabel(name)) refuse(at, `${quote(name)} is no name for a port`, "write a name such as 'http'", 'name');
    else if (seen.has(name)) refuse(at, `the port name ${quote(name)} stands here twice`, 'rename one of them', 'name');
    seen.add(name);
  }
}
