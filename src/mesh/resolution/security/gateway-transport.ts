import type { ConnectionTls } from '../../effective.js';
import type { Transport } from '../../effective-security.js';
import type { GatewayServer } from '../../gateway.js';
import { certificateAsked } from '../gateway-server.js';

/** What takes a connection in TLS at a gateway: a server whose TLS ends there, what lets it through; null: nothing does. */
export type GatewayEnd = GatewayServer | 'passes-through' | null;

/** TLS that a DestinationRule asks for. */
export type AskedTls = Exclude<ConnectionTls, null | 'disable' | 'mutual-with-sidecars'>;

export function isAskedTls(client: ConnectionTls): client is AskedTls {
  return client !== null && client !== 'disable' && client !== 'mutual-with-sidecars';
}

/**
 * How connections in TLS from within the mesh turn out at a gateway. A server's credential is none of the mesh's, and the
 * certificate that MUTUAL presents is taken for one that a server of MUTUAL takes.
 * Source: Istio 1.31, pilot/pkg/networking/core/listener.go, `BuildListenerTLSContext`; cluster_tls.go.
 */
export function gatewayTransport(client: AskedTls, end: GatewayEnd): Transport {
  const isOfMesh = client === 'istio-mutual';
  if (end === 'passes-through') return isOfMesh ? 'mutual-tls' : 'tls';
  if (end === null) return 'handshake-failure';
  const asked = certificateAsked(end);
  const isTrusted = client === 'unverified' || client === 'mutual-unverified' || isOfMesh === (asked === 'mesh');
  if (!isTrusted) return 'handshake-failure';
  if (isOfMesh) return 'mutual-tls';
  const shows = client === 'mutual' || client === 'mutual-unverified' ? 'own' : 'none';
  return asked === 'none' || asked === shows ? 'tls' : 'certificate-refused';
}
