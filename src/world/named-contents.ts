import { Diagnostics } from '../diagnostics/index.js';
import { type Change, changedFields, changedResources, resourceText, takeInventory } from '../manifests/index.js';
import { readDocuments, type SourceText } from '../reading/index.js';
import type { Scenario } from '../scenario/index.js';
import type { Gathered } from './load.js';

/** What a Scenario names by one path. */
export type NamedContents =
  /** Rows of a CSV file. */
  | { readonly kind: 'rows'; readonly source: SourceText }
  /** A behaviour graph, which is one document. */
  | { readonly kind: 'graph'; readonly source: SourceText }
  /** What a push applies. */
  | { readonly kind: 'manifests'; readonly sources: readonly SourceText[] };

/** By path, in the order in which they are read. */
export function namedContents({ named, scenario, texts }: Gathered): ReadonlyMap<string, NamedContents> {
  const files = [...named].map(([path, source]): [string, NamedContents] => [path, { kind: kindOf(source), source }]);
  const pushed = pushedPaths(scenario).map((path): [string, NamedContents] => [
    path,
    { kind: 'manifests', sources: texts.pushed(path, new Diagnostics()) },
  ]);
  return new Map([...files, ...pushed]);
}

/** In what two contents that go by the same path differ. */
export function changedContents(path: string, was: NamedContents, is: NamedContents): readonly Change[] {
  if (was.kind === 'manifests' && is.kind === 'manifests') {
    const [before, after] = [was, is].map(({ sources }) => sources.flatMap(documentsOf));
    return changedResources(before!, after!);
  }
  if (was.kind === 'graph' && is.kind === 'graph') {
    const [before, after] = [was, is].map(({ source }) => documentsOf(source)[0]!);
    return changedFields(path, before!, after!);
  }
  return was.kind === 'rows' && is.kind === 'rows' ? changedRows(path, was.source, is.source) : [];
}

/** What they hold by the names that changes go by. */
export function resourcesOf(path: string, contents: NamedContents): ReadonlyMap<string, unknown> {
  switch (contents.kind) {
    case 'rows':
      return new Map([[path, contents.source.text]]);
    case 'graph':
      return new Map([[path, documentsOf(contents.source)[0]!.raw()]]);
    case 'manifests': {
      const resources = takeInventory(contents.sources.flatMap(documentsOf));
      return new Map(resources.map((each) => [resourceText(each), each.section.raw()]));
    }
  }
}

/** Such contents as text; the opposite of `resourcesOf`. */
export function textOf({ kind }: NamedContents, resources: ReadonlyMap<string, unknown>): string {
  const all = [...resources.values()];
  return kind === 'rows' ? String(all[0]) : all.map((resource) => JSON.stringify(resource)).join('\n---\n');
}

/** One change, however many rows: at the first that differs. */
function changedRows(path: string, was: SourceText, is: SourceText): readonly Change[] {
  const [before, after] = [was, is].map(({ text }) => text.split(/\r?\n/));
  const first = after!.findIndex((row, i) => row !== before![i]);
  const at = first < 0 ? after!.length : first;
  if (at === after!.length && at === before!.length) return [];
  const whole = { path: [], before: was.text, after: is.text };
  const line = at + 1;
  const difference = { path: ['line', line], before: before![at], after: after![at], whole };
  const place = { file: is.file, line: Math.min(line, after!.length), column: 1 };
  return [{ resource: path, difference, before: was.text, after: is.text, place, lastLine: place.line }];
}

function kindOf(source: SourceText): 'rows' | 'graph' {
  return /\.(?:ya?ml|json)$/i.test(source.file) && documentsOf(source).length > 0 ? 'graph' : 'rows';
}

function pushedPaths({ faults }: Scenario): readonly string[] {
  return [...new Set(faults.flatMap(({ action }) => (action.kind === 'push' ? action.path : [])))];
}

/** What is wrong with them has been told. */
function documentsOf(source: SourceText) {
  return readDocuments(source, new Diagnostics());
}
