import { Diagnostics } from '../diagnostics/index.js';
import { type Change, changedFields, changedResources, resourceText, takeInventory } from '../manifests/index.js';
import { type PathStep, readDocuments, type Section } from '../reading/index.js';
import { loadScenario } from '../scenario/index.js';
import { type Gathered, manifestDocuments } from './load.js';

/** The name that changes of the Scenario go by. */
const SCENARIO = 'Scenario';
/** Of a Scenario: what is played, how long, and what is asked of it, but not what happens in it. */
const BESIDE = new Set(['manifests', 'run', 'objectives']);

/** All that the candidate says otherwise than the base: its Scenario first, then its manifests, in the order they apply. */
export function changesBetween(base: Gathered, candidate: Gathered): readonly Change[] {
  const scenarios = [base, candidate].map(scenarioSection);
  const [before, after] = [base, candidate].map((gathered) => manifestDocuments(gathered, new Diagnostics()));
  const own = changedFields(SCENARIO, scenarios[0]!, scenarios[1]!).filter(
    ({ difference }) => difference!.path[0] === 'spec' && !BESIDE.has(String(difference!.path[1])),
  );
  return [...own, ...changedResources(before!, after!)];
}

/**
 * The base with some of its changes; null when together they make no Scenario that can be read. What it is made of has no
 * lines any more.
 */
export function withChanges(base: Gathered, changes: readonly Change[]): Gathered | null {
  const [before, documents] = [scenarioSection(base).raw(), manifestDocuments(base, new Diagnostics())];
  const resources = new Map(takeInventory(documents).map((each) => [resourceText(each), each.section.raw()]));
  resources.set(SCENARIO, before);
  for (const { resource, difference, after } of changes) {
    if (difference !== null) {
      resources.set(resource, withValue(resources.get(resource), difference.whole.path, difference.whole.after));
    } else if (after === undefined) resources.delete(resource);
    else resources.set(resource, after);
  }
  const scenarioText = { file: base.scenarioText.file, text: JSON.stringify(resources.get(SCENARIO)) };
  resources.delete(SCENARIO);
  const texts = { ...base.texts, settings: [], without: [] };
  const read = loadScenario(scenarioText, new Diagnostics(), texts.assets);
  const text = [...resources.values()].map((resource) => JSON.stringify(resource)).join('\n---\n');
  return read && { texts, scenario: read, scenarioText, manifests: [{ file: 'manifests', text }] };
}

function scenarioSection({ scenarioText }: Gathered): Section {
  return readDocuments(scenarioText, new Diagnostics())[0]!;
}

/** A copy with another value at the path; undefined takes the field away. */
function withValue(holder: unknown, path: readonly PathStep[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(holder)) return holder.map((entry, i) => (i === step ? withValue(entry, rest, value) : entry));
  const fields = (holder ?? {}) as Readonly<Record<string, unknown>>;
  const own = withValue(fields[step], rest, value);
  const { [step]: _, ...others } = fields;
  return own === undefined ? others : { ...fields, [step]: own };
}
