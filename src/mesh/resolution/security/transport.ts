import type { ConnectionTls } from '../../effective.js';
import type { Transport } from '../../effective-security.js';
import type { MutualTlsMode } from '../../security.js';
import type { Labels, Protocol } from '../../service.js';
import { isHttpPort } from '../effective-cluster.js';

/** The server's end. */
export interface ServerEnd {
  readonly hasProxy: boolean;
  readonly mode: MutualTlsMode;
  /** What the port declares. */
  readonly protocol: Protocol;
}

/** An endpoint outside the mesh that takes mutual TLS all the same says so by this label. */
const TLS_MODE_LABEL = 'security.istio.io/tlsMode';

/** The end of an endpoint that is no pod of the mesh. */
export function outsideEnd(labels: Labels): ServerEnd {
  const hasProxy = Object.hasOwn(labels, TLS_MODE_LABEL) && labels[TLS_MODE_LABEL] === 'istio';
  return { hasProxy, mode: 'permissive', protocol: 'auto' };
}

/** A ztunnel takes mutual TLS in any case, and lets through whatever TLS there is. Source: ztunnel, src/proxy/inbound.rs. */
export function ztunnelEnd(mode: MutualTlsMode): ServerEnd {
  return { hasProxy: true, mode: mode === 'strict' ? 'strict' : 'permissive', protocol: 'auto' };
}

/**
 * How connections turn out. `client`: what the cluster asks for; null: nothing, so that each endpoint gets what it takes
 * (auto mTLS). Whether an application speaks TLS itself is not known: it is taken to, where its proxy lets TLS through.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_tls.go, listener_inbound.go, filterchain_options.go;
 * pilot/pkg/xds/endpoints/mtls_checker.go.
 */
export function transportOf(client: ConnectionTls, server: ServerEnd): Transport {
  if (!server.hasProxy) return client === 'istio-mutual' ? 'handshake-failure' : originated(client);
  switch (client) {
    case null:
      return server.mode === 'disable' ? 'plaintext' : 'mutual-tls';
    case 'istio-mutual':
    case 'mutual-with-sidecars':
      return server.mode === 'disable' ? 'handshake-failure' : 'mutual-tls';
    case 'disable':
      return server.mode === 'strict' ? 'refused' : 'plaintext';
    case 'simple':
    case 'mutual':
      return letsTlsThrough(server) ? 'tls' : 'handshake-failure';
    case 'unverified':
    case 'mutual-unverified': // it has got as far as its own certificate
      if (letsTlsThrough(server)) return 'tls';
      return server.mode === 'strict' ? 'certificate-refused' : 'handshake-failure';
  }
}

function originated(client: ConnectionTls): Transport {
  return client === null || client === 'disable' || client === 'mutual-with-sidecars' ? 'plaintext' : 'tls';
}

/** TLS that is not the mesh's is the application's own business, where its port does not declare HTTP. */
function letsTlsThrough({ mode, protocol }: ServerEnd): boolean {
  return mode !== 'strict' && (protocol === 'auto' || !isHttpPort(protocol));
}
