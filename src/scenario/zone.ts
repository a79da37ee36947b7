import type { Value } from '../reading/index.js';
import { quote, suggestion } from '../reading/index.js';

const ZONE = /^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/;

/** Reads `region/zone`, or reports that it is none. */
export function zoneOf(value: Value | null): string | null {
  const text = value?.asText() ?? null;
  if (value === null || text === null || ZONE.test(text)) return text;
  value.refuse('bad-zone', `${quote(text)} is not a zone`, "write region and zone, such as 'eu-1/a'");
  return null;
}

/** The same, with a warning when none of the nodes is there: external endpoints may be, so it is no error. */
export function knownZoneOf(value: Value | null, known: readonly string[]): string | null {
  const zone = zoneOf(value);
  if (zone !== null && !known.includes(zone)) {
    value!.warning('unknown-zone', `no node is in zone ${quote(zone)}`, suggestion(zone, known));
  }
  return zone;
}
