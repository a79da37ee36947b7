import { existsSync, readFileSync } from 'node:fs';
import { REQUEST_HEADER } from './protocol.js';

/** What a proxy noted of a request. Times in µs, null where there was no such moment. */
export interface AccessEntry {
  /** `SOURCE-NUMBER`, or `-`: not sent by a source. */
  readonly request: string;
  readonly code: number;
  /** `UF,URX`, or `-`. */
  readonly flags: string;
  readonly details: string;
  readonly attempts: number | null;
  /** From the first byte from the client to the first byte to the host. */
  readonly before: number | null;
  /** From the first byte to the host to the last byte from it. */
  readonly held: number | null;
  /** From the last byte from the host to the last byte to the client. */
  readonly after: number | null;
}

const FORMAT = {
  request: `%REQ(${REQUEST_HEADER})%`,
  code: '%RESPONSE_CODE%',
  flags: '%RESPONSE_FLAGS%',
  details: '%RESPONSE_CODE_DETAILS%',
  attempts: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
  before: '%COMMON_DURATION(DS_RX_BEG:US_TX_BEG:us)%',
  held: '%COMMON_DURATION(US_TX_BEG:US_RX_END:us)%',
  after: '%COMMON_DURATION(US_RX_END:DS_TX_END:us)%',
};

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** The same bootstrap, whose listeners for what the proxy sends write down every request. */
export function withAccessLog(bootstrap: object, path: string): object {
  const copy = structuredClone(bootstrap) as { static_resources: { listeners: Json[] } };
  const log = {
    name: 'envoy.access_loggers.file',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
      path,
      log_format: { json_format: FORMAT },
    },
  };
  for (const listener of copy.static_resources.listeners) {
    const { name } = listener as { name: string };
    if (!name.startsWith('inbound|')) addTo(listener, log);
  }
  return copy;
}

function addTo(value: Json, log: object): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const each of value) addTo(each, log);
    return;
  }
  if (String(value['@type']).endsWith('.HttpConnectionManager')) value.access_log = [log as Json];
  else for (const each of Object.values(value)) addTo(each, log);
}

export function readAccessLog(path: string): readonly AccessEntry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => entryOf(JSON.parse(line) as Record<keyof AccessEntry, unknown>));
}

function entryOf(written: Record<keyof AccessEntry, unknown>): AccessEntry {
  const number = (value: unknown) => (value === null || value === '-' || value === undefined ? null : Number(value));
  return {
    request: String(written.request ?? '-'),
    code: Number(written.code),
    flags: String(written.flags ?? '-'),
    details: String(written.details ?? ''),
    attempts: number(written.attempts),
    before: number(written.before),
    held: number(written.held),
    after: number(written.after),
  };
}
