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

function modeOf({ tls }: GatewayServer): string {
  return tls?.mode.toUpperCase() ?? '';
}
