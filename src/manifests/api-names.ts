/**
 * What protobuf's JSON calls a key: `connectTimeout` may be written as in the API, `connect_timeout`. Keys that are none
 * of `fields` stay as they are, those of maps among them.
 * Source: protobuf, ProtoJSON format; Istio 1.31, pkg/util/protomarshal, ApplyYAML.
 */
export function inEitherCase(fields: readonly string[]): (key: string) => string {
  const known: ReadonlySet<string> = new Set(fields);
  return (key) => {
    const name = key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    return known.has(name) ? name : key;
  };
}

const WHOLE_NUMBERS: readonly string[] = [
  'attempts',
  'concurrency',
  'consecutive5xxErrors',
  'consecutiveErrors',
  'consecutiveGatewayErrors',
  'consecutiveLocalOriginFailures',
  'http1MaxPendingRequests',
  'http2MaxRequests',
  'maxConcurrentStreams',
  'maxConnections',
  'maxEjectionPercent',
  'maxRequestsPerConnection',
  'maxRetries',
  'minHealthPercent',
];
const inJson = inEitherCase(WHOLE_NUMBERS);

/** Whether a field of a MeshConfig or ProxyConfig is a whole number, which protobuf's JSON may have in quotes. Source: as above. */
export function isWholeNumber(key: string): boolean {
  return WHOLE_NUMBERS.includes(inJson(key));
}
