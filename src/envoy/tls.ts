import { type EffectiveCluster, type GatewayServer, principalOf, type Workload, workloadName } from '../mesh/index.js';
import { given, type Message, typed } from './words.js';

/** Where an Envoy finds certificates: `ca.pem`, and `NAME.pem` with `NAME-key.pem` for each credential. */
export interface Certificates {
  readonly folder: string;
}

/** A certificate that a proxy shows: a workload's, or a server's at a gateway. */
export interface Credential {
  /** Of its files. */
  readonly name: string;
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
}

const SOCKETS = 'envoy.extensions.transport_sockets';
/** What a sidecar says to be told from TLS that is not the mesh's. Source: Istio 1.31, pilot/pkg/networking/util/util.go. */
export const MESH_PROTOCOLS: readonly string[] = ['istio'];
const HTTP_PROTOCOLS: readonly string[] = ['h2', 'http/1.1'];
const TRUSTED = { prefix: 'spiffe://cluster.local/' };
/** Endpoints that say so in their metadata are called over mutual TLS. */
const TAKES_TLS = { tlsMode: 'istio' };
export const TLS_ENDPOINT = { filter_metadata: { 'envoy.transport_socket_match': TAKES_TLS } };

/** By whose certificate the others know a workload. */
export function identityOf(workload: Workload): Credential {
  return {
    name: workloadName(workload).replaceAll('/', '.'),
    uris: [`spiffe://${principalOf(workload)}`],
    dnsNames: [],
  };
}

/** A server's at a gateway; null: the gateway shows who it is itself. */
export function serverCredential({ tls, hosts }: GatewayServer): Credential | null {
  if (tls?.mode.toUpperCase() === 'ISTIO_MUTUAL') return null;
  return { name: tls?.credentialName ?? 'server', uris: [], dnsNames: hosts.map(({ host }) => host) };
}

/**
 * How a cluster connects: by what each endpoint takes, or in one way. `servers`: whose certificates it accepts. Empty:
 * plaintext.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_tls.go.
 */
export function upstreamTls(
  { tlsMode, serverName }: EffectiveCluster,
  servers: readonly Workload[],
  own: Credential,
  certificates: Certificates,
): Message {
  const names = servers.flatMap((server) => identityOf(server).uris);
  const socket = typed('envoy.transport_sockets.tls', `${SOCKETS}.tls.v3.UpstreamTlsContext`, {
    sni: serverName!,
    common_tls_context: {
      alpn_protocols: MESH_PROTOCOLS,
      ...shows(own, certificates),
      ...accepts(
        [...new Set(names)].sort().map((exact) => ({ exact })),
        certificates,
      ),
    },
  });
  if (tlsMode === 'istio-mutual') return { transport_socket: socket };
  if (tlsMode !== null && tlsMode !== 'mutual-with-sidecars') return {};
  const plain = typed('envoy.transport_sockets.raw_buffer', `${SOCKETS}.raw_buffer.v3.RawBuffer`, {});
  return {
    transport_socket_matches: [
      { name: 'tlsMode-istio', match: TAKES_TLS, transport_socket: socket },
      { name: 'tlsMode-disabled', match: {}, transport_socket: plain },
    ],
  };
}

/** The server's end of the mesh's own TLS. Source: Istio 1.31, pilot/pkg/networking/core/listener_inbound.go. */
export function meshServerTls(own: Credential, certificates: Certificates): Message {
  return downstream({ ...shows(own, certificates), ...accepts([TRUSTED], certificates) }, true);
}

/** What a gateway's server shows, and asks of its clients. Source: Istio 1.31, pilot/pkg/networking/core/gateway.go. */
export function gatewayServerTls(server: GatewayServer, own: Credential, certificates: Certificates): Message {
  const credential = serverCredential(server);
  if (credential === null) return meshServerTls(own, certificates);
  const mode = server.tls!.mode.toUpperCase();
  const clients = mode.endsWith('MUTUAL') ? accepts([], certificates) : {};
  return downstream({ ...shows(credential, certificates), ...clients }, mode === 'MUTUAL');
}

function downstream(context: Message, isClientKnown: boolean): Message {
  return typed('envoy.transport_sockets.tls', `${SOCKETS}.tls.v3.DownstreamTlsContext`, {
    require_client_certificate: isClientKnown,
    common_tls_context: { alpn_protocols: HTTP_PROTOCOLS, ...context },
  });
}

function shows({ name }: Credential, { folder }: Certificates): Message {
  const [chain, key] = [`${folder}/${name}.pem`, `${folder}/${name}-key.pem`];
  return { tls_certificates: [{ certificate_chain: { filename: chain }, private_key: { filename: key } }] };
}

/** Certificates of the authority, of these names alone; none: of any. */
function accepts(uris: readonly Message[], { folder }: Certificates): Message {
  return {
    validation_context: given({
      trusted_ca: { filename: `${folder}/ca.pem` },
      match_typed_subject_alt_names: uris.map((matcher) => ({ san_type: 'URI', matcher })),
    }),
  };
}
