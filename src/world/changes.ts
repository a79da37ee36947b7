import { Diagnostics } from '../diagnostics/index.js';
import { type Change, changedFields, changedResources, resourceText, takeInventory } from '../manifests/index.js';
import { type PathStep, readDocuments, type Section, type SourceText } from '../reading/index.js';
import { loadScenario } from '../scenario/index.js';
import { type Gathered, manifestDocuments } from './load.js';
import { changedContents, namedContents, resourcesOf, textOf } from './named-contents.js';

/** The name that changes of the Scenario go by. */
const SCENARIO = 'Scenario';
/** Of a Scenario: what is played, how long, and what is asked of it, but not what happens in it. */
const BESIDE = new Set(['manifests', 'run', 'objectives']);

/** Something that a candidate says otherwise than its base. */
export interface WorldChange extends Change {
  /** The path by which both Scenarios name what it is in; null: the Scenario itself, or the manifests. */
  readonly within: string | null;
}

/**
 * All that the candidate says otherwise than the base: its Scenario first, then its manifests, in the order they apply, then
 * what both name by the same path.
 */
export function changesBetween(base: Gathered, candidate: Gathered): readonly WorldChange[] {
  const scenarios = [base, candidate].map(scenarioSection);
  const [before, after] = [base, candidate].map((gathered) => manifestDocuments(gathered, new Diagnostics()));
  const own = changedFields(SCENARIO, scenarios[0]!, scenarios[1]!).filter(
    ({ difference }) => difference!.path[0] === 'spec' && !BESIDE.has(String(difference!.path[1])),
  );
  const [was, is] = [base, candidate].map(namedContents);
  const inside = [...is!].flatMap(([path, contents]) => {
    const changes = was!.has(path) ? changedContents(path, was!.get(path)!, contents) : [];
    return changes.map((change) => ({ ...change, within: path }));
  });
  return [...[...own, ...changedResources(before!, after!)].map((change) => ({ ...change, within: null })), ...inside];
}

/**
 * The base with some of the candidate's changes; null when together they make no Scenario that can be read. What it is made
 * of has no lines any more.
 */
export function withChanges(base: Gathered, candidate: Gathered, changes: readonly WorldChange[]): Gathered | null {
  const within = (path: string | null) => changes.filter((change) => change.within === path);
  const documents = manifestDocuments(base, new Diagnostics());
  const resources = new Map(takeInventory(documents).map((each) => [resourceText(each), each.section.raw()]));
  const main = applied(resources.set(SCENARIO, scenarioSection(base).raw()), within(null));
  const scenarioText = { file: base.scenarioText.file, text: JSON.stringify(main.get(SCENARIO)) };
  main.delete(SCENARIO);
  const manifests = [...main.values()].map((resource) => JSON.stringify(resource)).join('\n---\n');
  // Of what only the candidate names nothing has changed.
  const contents = [...new Map([...namedContents(candidate), ...namedContents(base)])];
  const named = new Map(
    contents.map(([path, each]): [string, SourceText] => {
      const text = textOf(each, applied(resourcesOf(path, each), within(path)));
      return [path, { file: path, text }];
    }),
  );
  const texts = {
    ...base.texts,
    pushed: (path: string) => (named.has(path) ? [named.get(path)!] : []),
    assets: { read: (path: string) => named.get(path) ?? null },
    settings: [],
    without: [],
  };
  const scenario = loadScenario(scenarioText, new Diagnostics(), texts.assets);
  return scenario && { texts, scenario, scenarioText, manifests: [{ file: 'manifests', text: manifests }], named };
}

function applied(resources: ReadonlyMap<string, unknown>, changes: readonly WorldChange[]): Map<string, unknown> {
  const changed = new Map(resources);
  for (const { resource, difference, after } of changes) {
    if (difference !== null) {
      changed.set(resource, withValue(changed.get(resource), difference.whole.path, difference.whole.after));
    } else if (after === undefined) changed.delete(resource);
    else changed.set(resource, after);
  }
  return changed;
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
