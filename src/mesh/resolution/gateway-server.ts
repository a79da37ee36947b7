import type { GatewayServer } from '../gateway.js';

/** Whether the server speaks HTTP in plaintext. */
export function isPlainHttp({ protocol }: GatewayServer): boolean {
  return protocol === 'http' || protocol === 'http2' || protocol === 'grpc';
}

/** Whether connections are in TLS; a server of plain HTTP that redirects speaks none. */
export function isTlsServer(server: GatewayServer): boolean {
  return server.tls !== null && !isPlainHttp(server);
}

/** Whether TLS ends at the gateway. */
export function endsTls(server: GatewayServer): boolean {
  return isTlsServer(server) && !modeOf(server).endsWith('PASSTHROUGH');
}

/** Whether TLS goes on to the destination unopened, by routes for server names. */
export function passesThrough(server: GatewayServer): boolean {
  return isTlsServer(server) && modeOf(server) === 'PASSTHROUGH';
}

/** Whether a client gets in without a certificate, with one that the server's own authority has signed, or the mesh's. */
export function certificateAsked(server: GatewayServer): 'none' | 'own' | 'mesh' {
  const mode = modeOf(server);
  if (mode === 'ISTIO_MUTUAL') return 'mesh';
  return mode === 'MUTUAL' ? 'own' : 'none';
}

function modeOf({ tls }: GatewayServer): string {
  return tls?.mode.toUpperCase() ?? '';
}
