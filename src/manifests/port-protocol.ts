import type { Protocol } from '../mesh/index.js';

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['grpc', 'grpc'],
  ['grpc-web', 'grpc'],
  ['http', 'http'],
  ['http2', 'http2'],
  ['https', 'https'],
  ['http_proxy', 'http'],
  ['hbone', 'http2'],
  ['mongo', 'tcp'],
  ['mysql', 'tcp'],
  ['redis', 'tcp'],
  ['tcp', 'tcp'],
  ['tls', 'tls'],
  ['udp', 'udp'],
]);

/** What Kubernetes' own values of appProtocol mean. Source: Istio 1.32, pkg/config/kube/conversion.go. */
const KUBERNETES_APP_PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['kubernetes.io/h2c', 'http2'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'https'],
]);

/** The protocol that a word names (`HTTP2`, `grpc-web`, ...), in any case; null when Istio knows none of that name. */
export function protocolOf(word: string): Protocol | null {
  return PROTOCOLS.get(word.toLowerCase()) ?? null;
}

/**
 * What Istio takes a Service's port to speak: its appProtocol, where none is given its name, up to the first `-`
 * (`grpc-web` whole); if that is no protocol, port numbers of well-known server-first protocols are TCP; else it is sniffed.
 * Source: Istio 1.32, pkg/config/kube/conversion.go, ConvertProtocol.
 */
export function portProtocol(port: {
  readonly number: number;
  readonly name: string | null;
  readonly appProtocol: string | null;
  readonly udp: boolean;
}): Protocol {
  if (port.udp) return 'udp';
  const word = port.appProtocol ?? port.name ?? '';
  const declared = port.appProtocol === null ? undefined : KUBERNETES_APP_PROTOCOLS.get(word);
  const known = declared ?? protocolOfName(word);
  if (known !== null) return known;
  return SERVER_FIRST_PORTS.has(port.number) ? 'tcp' : 'auto';
}

/** SMTP, DNS, MySQL, MongoDB: the client waits for the server to speak, so sniffing would hang. */
const SERVER_FIRST_PORTS: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

function protocolOfName(name: string): Protocol | null {
  if (/^grpc-web(-|$)/i.test(name)) return 'grpc';
  const dash = name.indexOf('-');
  const word = dash < 0 ? name : name.slice(0, dash);
  return protocolOf(word);
}
