import type { Diagnostics } from '../diagnostics/index.js';
import { shortName } from '../mesh/index.js';
import type { Section, Value } from '../reading/index.js';
import { quote, readDocuments } from '../reading/index.js';
import type { Assets } from './assets.js';
import { countIn, nameOf, required } from './field-readers.js';
import type { ScriptRules } from './isotope-script.js';
import { scriptOf } from './isotope-script.js';
import { everyNthOf, graphBytesOf } from './isotope-values.js';
import type { Behaviour, Endpoint, Step } from './types.js';

const REPLICAS = { min: 0, max: 100_000 };

/** What a service of the graph takes from `defaults` unless it says otherwise. */
interface Defaults {
  readonly everyNthFails: number | null;
  readonly responseBytes: number;
  readonly replicas: number | null;
  readonly steps: readonly Step[];
}

/**
 * The behaviours of an isotope service graph (MockServiceGraph), which `value` names: one endpoint each that takes
 * every request. Its code wins over its README: unknown keys are ignored, and calls in `defaults.script` carry nothing.
 * Not here: CPU, of which isotope has no model; the types (its runtime speaks HTTP alone) and RBAC policies.
 * Source: istio/tools at 0f2e902f, isotope/convert/pkg/graph/unmarshal.go.
 */
export function graphBehaviours(value: Value, assets: Assets, diagnostics: Diagnostics): Behaviour[] {
  const path = value.asText();
  const source = path === null ? null : assets.read(path);
  if (source === null) {
    if (path !== null)
      value.refuse('unreadable', `${quote(path)} cannot be read`, 'name a file, relative to the scenario');
    return [];
  }
  const [document] = readDocuments(source, diagnostics);
  const graph = document?.about({ kind: 'MockServiceGraph', namespace: '', name: '' }) ?? null;
  return graph === null ? [] : behavioursOf(graph);
}

function behavioursOf(graph: Section): Behaviour[] {
  const sections = graph.list('services');
  const services = new Set(sections.flatMap((section) => section.text('name') ?? []));
  const written = graph.section('defaults');
  const defaults = defaultsOf(written, services);
  const rules = { services, requestBytes: graphBytesOf(written?.value('requestSize') ?? null, 0) };
  const names = new Set<string>();
  return sections.flatMap((section) => {
    const behaviour = behaviourOf(section, defaults, rules);
    if (behaviour !== null && names.has(behaviour.name)) {
      section.refuse('duplicate-name', `two services are named ${quote(behaviour.name)}`, 'rename one', 'name');
    }
    names.add(behaviour?.name ?? '');
    return behaviour ?? [];
  });
}

function defaultsOf(section: Section | null, services: ReadonlySet<string>): Defaults {
  const script = section?.value('script');
  return {
    everyNthFails: everyNthOf(section?.value('errorRate') ?? null, null),
    responseBytes: graphBytesOf(section?.value('responseSize') ?? null, 0),
    replicas: section && countIn(section, 'numReplicas', REPLICAS, null),
    // Parsed before requestSize applies, in isotope's code: these calls are empty.
    steps: script ? scriptOf(script, { services, requestBytes: 0 }) : [],
  };
}

function behaviourOf(section: Section, defaults: Defaults, rules: ScriptRules): Behaviour | null {
  const name = nameOf(required(section, 'name'));
  const namespace = section.text('namespace') || 'default';
  const place = section.at();
  const script = section.value('script');
  const endpoint: Endpoint = {
    place,
    match: null,
    steps: script === null ? defaults.steps : scriptOf(script, rules),
    status: { kind: 'http', status: 200 },
    sizeBytes: graphBytesOf(section.value('responseSize'), defaults.responseBytes),
    errors: [],
    everyNthFails: everyNthOf(section.value('errorRate'), defaults.everyNthFails),
  };
  return name === null
    ? null
    : {
        place,
        name: shortName(namespace, name),
        isOfGraph: true,
        workers: Infinity,
        queue: Infinity,
        threads: null,
        startupMs: 0,
        abandoned: 'finish',
        zones: null,
        replicas: countIn(section, 'numReplicas', REPLICAS, defaults.replicas),
        endpoints: [endpoint],
      };
}
