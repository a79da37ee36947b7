import type { Place } from '../diagnostics/index.js';
import type { Section } from '../reading/index.js';
import { quote, suggestion } from '../reading/index.js';
import type { Assets } from './assets.js';
import { endpointOf } from './endpoint.js';
import { countIn, countOf, durationMsIn, wordIn } from './field-readers.js';
import { FIELDS } from './fields.js';
import type { Behaviour, Endpoint } from './types.js';

/** Pods, workers and threads: more would not fit any cluster. */
const AT_LEAST_ONE = { min: 1, max: 1_000_000 };
const AT_LEAST_NONE = { min: 0, max: 1_000_000 };
/** A workload that says nothing of its work answers 200 at once. */
const ANSWER_AT_ONCE = {
  match: null,
  steps: [],
  status: { kind: 'http', status: 200 },
  sizeBytes: 0,
  errors: [],
  everyNthFails: null,
} as const satisfies Omit<Endpoint, 'place'>;

/** Reads `spec.workloads`; `zones` are those of the nodes. */
export function behavioursOf(workloads: Section | null, zones: readonly string[], assets: Assets): Behaviour[] {
  return (workloads?.keys() ?? []).flatMap((name) => {
    if (name === '') workloads!.refuse('bad-name', 'a workload needs a name', 'write it before the colon', name);
    const section = workloads!.value(name)?.asSection() ?? null;
    if (section !== null) return behaviourOf(name, section, workloads!.at(name), zones, assets);
    if (!workloads!.has(name))
      workloads!.refuse('bad-type', `${quote(name)} is empty`, "write '{endpoints: []}'", name);
    return [];
  });
}

function behaviourOf(
  name: string,
  section: Section,
  place: Place,
  known: readonly string[],
  assets: Assets,
): Behaviour {
  section.account(FIELDS.workload);
  const zones = zonesOf(section, known);
  const replicas = countIn(section, 'replicas', AT_LEAST_NONE, null);
  const inZones = zones && Object.values(zones).reduce((sum, pods) => sum + pods, 0);
  if (inZones !== null && replicas !== null && inZones !== replicas) {
    section.refuse('bad-zone', `${replicas} replicas, but ${inZones} in zones`, 'leave out one of them', 'replicas');
  }
  return {
    place,
    name,
    isOfGraph: false,
    workers: countIn(section, 'workers', AT_LEAST_ONE, Infinity),
    queue: countIn(section, 'queue', AT_LEAST_NONE, Infinity),
    threads: countIn(section, 'threads', AT_LEAST_ONE, null),
    startupMs: durationMsIn(section, 'startup', 0),
    abandoned: wordIn(section, 'abandoned', ['finish', 'stop'], 'finish'),
    zones,
    replicas: replicas ?? inZones,
    endpoints: section.has('endpoints')
      ? section.list('endpoints').map((endpoint) => endpointOf(endpoint, assets))
      : [{ ...ANSWER_AT_ONCE, place }],
  };
}

/** Pods by zone, in the order written. */
function zonesOf(section: Section, known: readonly string[]): Readonly<Record<string, number>> | null {
  const written = section.section('zones');
  if (written === null) return null;
  const zones = Object.create(null) as Record<string, number>;
  for (const zone of written.keys()) {
    const value = written.value(zone);
    const pods = value && countOf(value, AT_LEAST_NONE);
    if (!known.includes(zone)) {
      written.refuse('unknown-name', `no node is in zone ${quote(zone)}`, suggestion(zone, known), zone);
    } else zones[zone] = pods ?? 0;
  }
  return zones;
}
