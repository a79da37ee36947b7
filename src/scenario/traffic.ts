import type { Section, Value } from '../reading/index.js';
import { quote } from '../reading/index.js';
import type { Assets } from './assets.js';
import { countIn, durationMsIn, malformed, nameOf, onlyKeyOf, required, shareOf } from './field-readers.js';
import { FIELDS } from './fields.js';
import { loadOf } from './load.js';
import { requestsOf } from './request.js';
import type { TrafficOrigin, TrafficSource } from './types.js';
import { knownZoneOf } from './zone.js';

const CONNECTIONS = { min: 1, max: 1_000_000 };

/** Reads `spec.traffic`; `zones` are those of the nodes. */
export function trafficOf(spec: Section, zones: readonly string[], assets: Assets): TrafficSource[] {
  const names = new Set<string>();
  const sources = spec.list('traffic').flatMap((section) => {
    section.account(FIELDS.traffic);
    const name = nameOf(required(section, 'name'));
    if (name !== null && names.has(name)) {
      section.refuse('duplicate-name', `two sources are named ${quote(name)}`, 'rename one', 'name');
    }
    names.add(name ?? '');
    return sourceOf(section, name ?? '', zones, assets) ?? [];
  });
  return sources.map((source, number) => ({ ...source, number }));
}

/** The names of the sources, whether the rest of them can be read or not. */
export function sourceNames(spec: Section): string[] {
  return spec.list('traffic').flatMap((section) => {
    const name = section.raw('name');
    return typeof name === 'string' ? name : [];
  });
}

function sourceOf(
  section: Section,
  name: string,
  zones: readonly string[],
  assets: Assets,
): Omit<TrafficSource, 'number'> | null {
  const written = required(section, 'from');
  const from = written && originOf(written);
  const requests = requestsOf(section);
  const load = loadOf(section, requests, assets);
  const rest = {
    zone: knownZoneOf(section.value('zone') ?? (written && zoneWithin(written)), zones),
    arrivals: arrivalsOf(section.value('arrivals')),
    connections: countIn(section, 'connections', CONNECTIONS, Infinity),
    timeoutMs: durationMsIn(section, 'timeout', null) || null, // 0: none
  };
  return from && load && { place: section.at(), name, from, load, requests, ...rest };
}

/** `outside`, or a mapping with one of gateway, workload and outside, and a zone if wanted. */
function originOf(value: Value): TrafficOrigin | null {
  if (value.kind !== 'mapping') {
    if (value.written === 'outside') return { kind: 'outside' };
    return malformed(
      value,
      'bad-origin',
      'where traffic comes from',
      'write {gateway: NAME}, {workload: NAME} or outside',
    );
  }
  const section = value.asSection()!;
  section.account(FIELDS.from);
  const kind = onlyKeyOf(section, ['gateway', 'workload', 'outside'], "'from'");
  if (kind === null) return null;
  if (kind === 'outside') return section.flag(kind) === null ? null : { kind };
  const name = nameOf(section.value(kind));
  return name === null ? null : { kind: kind as 'gateway' | 'workload', name };
}

function zoneWithin(from: Value): Value | null {
  return from.kind === 'mapping' ? from.asSection()!.value('zone') : null;
}

function arrivalsOf(value: Value | null): TrafficSource['arrivals'] {
  if (value === null) return { kind: 'poisson' };
  if (value.kind === 'mapping') {
    const section = value.asSection()!;
    section.account(FIELDS.arrivals);
    const jittered = required(section, 'jittered');
    return { kind: 'jittered', share: (jittered && shareOf(jittered)) ?? 0 };
  }
  if (value.written === 'poisson' || value.written === 'constant') return { kind: value.written };
  malformed(value, 'unknown-word', 'a kind of arrivals', 'write poisson, constant or {jittered: 10%}');
  return { kind: 'poisson' };
}
