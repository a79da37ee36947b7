/** What Envoy's response flags say. Source: Envoy 1.36, source/common/stream_info/utility.cc, and its access log documentation. */
const FLAGS: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  DC: ['downstream connection termination', 'the caller went away before the answer'],
  DF: ['DNS resolution failed', 'the host name could not be resolved'],
  DI: ['delay injected', 'a fault policy delayed the request'],
  DPE: ['downstream protocol error', 'the request broke the protocol'],
  DT: ['duration timeout', 'the connection or stream lasted longer than allowed'],
  FI: ['fault injected', 'a fault policy answered instead of the service'],
  IH: ['invalid request headers', 'the strict header check refused the request'],
  LH: ['failed local health check', 'the local service failed its health check'],
  LR: ['local reset', 'the proxy itself reset the connection'],
  NC: ['no cluster found', 'the route names a cluster that does not exist'],
  NFCF: ['no filter configuration found', 'a filter has no configuration yet'],
  NR: ['no route found', 'no route matched the request'],
  OM: ['overload manager terminated', 'the proxy sheds load'],
  RL: ['rate limited', 'a rate limit refused the request'],
  RLSE: ['rate limit service error', 'the rate limit service failed'],
  SI: ['stream idle timeout', 'nothing moved on the stream for too long'],
  UAEX: ['unauthorized by external service', 'an external authorization denied the request'],
  UC: ['upstream connection termination', 'the connection ended after the request was sent'],
  UF: ['upstream connection failure', 'no connection: refused, timed out, or TLS failed'],
  UH: ['no healthy upstream', 'there was no endpoint to pick: none exists, or all are ejected'],
  UMSDR: ['upstream maximum stream duration reached', 'the stream lasted longer than allowed'],
  UO: ['upstream overflow', 'a circuit breaker (connections, pending requests or requests) was at its limit'],
  UPE: ['upstream protocol error', 'the response broke the protocol'],
  UR: ['upstream remote reset', 'the upstream reset the stream or the TCP connection'],
  URX: ['upstream retry limit exceeded', 'all retries were used up'],
  UT: ['upstream request timeout', 'the route timeout or the per-try timeout ended the wait'],
};

/** `UO (upstream overflow)`; a code, or what nobody documents, as it is. */
export function signWords(sign: string): string {
  if (sign === 'UO (inbound)') return "503 by the server's own proxy, at its limit";
  return Object.hasOwn(FLAGS, sign) ? `${sign} (${FLAGS[sign]![0]})` : sign;
}

/** `upstream overflow: a circuit breaker …`, or null for a flag that Envoy does not document. */
export function flagMeaning(flag: string): string | null {
  if (!Object.hasOwn(FLAGS, flag)) return null;
  const [name, meaning] = FLAGS[flag]!;
  return `${name}: ${meaning}`;
}

/** What a key of `codes` stands for where it is no HTTP status; null for one that is. */
export function codeMeaning(code: string): string | null {
  if (code === '0') return 'no answer: timed out at the caller, connection lost, or still open at the end';
  if (code === 'tcp:ok') return 'TCP exchange completed';
  if (code === 'tcp:reset') return 'TCP connection reset';
  return code.startsWith('grpc:') ? `gRPC status ${code.slice('grpc:'.length)}` : null;
}
