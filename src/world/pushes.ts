import { type Diagnostic, Diagnostics } from '../diagnostics/index.js';
import { type TranslateOptions, translateManifests } from '../manifests/index.js';
import type { Mesh } from '../mesh/index.js';
import { quote, readDocuments, type Section, type SourceText } from '../reading/index.js';
import type { Fault, FaultAction } from '../scenario/index.js';

/** The meshes that a run goes through. Version 0 is the one that it begins with. */
export interface Pushes {
  /** From version 1 on. */
  readonly meshes: readonly Mesh[];
  /** When istiod is given another version, in order; times from the end of warm-up. */
  readonly changes: readonly { readonly atMs: number; readonly version: number }[];
}

export interface PushContext {
  /** What the run begins with, in the order in which it is applied. */
  readonly documents: readonly Section[];
  readonly options: TranslateOptions;
  /** Reads what a push names, and reports what cannot be read. */
  texts(path: string, diagnostics: Diagnostics): readonly SourceText[];
}

type Push = Fault & { readonly action: FaultAction & { kind: 'push' } };

/** Every version is a mesh of its own, and all are checked before the run. */
const MOST_VERSIONS = 100;

/**
 * Works out what the manifests of pushes make of the mesh: those of each push are applied over what is there, in order of
 * time, and taken back when the push is over.
 */
export function readPushes(faults: readonly Fault[], context: PushContext, diagnostics: Diagnostics): Pushes {
  const pushes = faults.filter(isPush).toSorted((a, b) => a.atMs - b.atMs);
  const found = new Diagnostics();
  const documents = pushes.map((push) => documentsOf(push, context, found));
  const times = pushes.flatMap(({ atMs, forMs }) => [atMs, atMs + forMs]).filter((atMs) => atMs < Infinity);
  const versions = new Map([['[]', 0]]); // by what the pushes that hold name, in order
  const meshes: Mesh[] = [];
  const changes: { atMs: number; version: number }[] = [];
  for (const atMs of [...new Set(times)].sort((a, b) => a - b)) {
    const held = [...pushes.keys()].filter((n) => pushes[n]!.atMs <= atMs && atMs < pushes[n]!.atMs + pushes[n]!.forMs);
    const key = JSON.stringify(held.map((n) => pushes[n]!.action.path));
    if (!versions.has(key)) {
      if (versions.size > MOST_VERSIONS) {
        found.add(tooMany(pushes[held.at(-1)!]!));
        break;
      }
      versions.set(key, versions.size);
      const applied = [...context.documents, ...held.flatMap((n) => documents[n]!)];
      meshes.push(translateManifests(applied, context.options, found));
    }
    changes.push({ atMs, version: versions.get(key)! });
  }
  diagnostics.addAll(found.sorted().filter(({ code }) => code !== 'replaced')); // it is what a push is for
  return { meshes, changes };
}

function tooMany({ action: { place } }: Push): Diagnostic {
  const message = `the pushes up to here make ${MOST_VERSIONS} different meshes`;
  const help = 'leave some out: a run goes through so many at most';
  return { ...place, code: 'too-many-pushes', severity: 'error', refuses: true, message, help, resource: null };
}

function isPush(fault: Fault): fault is Push {
  return fault.action.kind === 'push';
}

/** What cannot be read is reported where it is named. */
function documentsOf({ action }: Push, { texts }: PushContext, found: Diagnostics): readonly Section[] {
  const unreadable = new Diagnostics();
  const documents = texts(action.path, unreadable).flatMap((source) => readDocuments(source, found));
  const { file, line, column } = action.place;
  if (documents.length === 0 && !unreadable.refuses && !found.refuses) {
    const [message, help] = [`${quote(action.path)} holds no manifests`, 'name a YAML file, or a folder with some'];
    const refusal = { code: 'unreadable', severity: 'error', refuses: true, message, help, resource: null } as const;
    found.add({ ...refusal, file, line, column });
  }
  for (const finding of unreadable.sorted()) found.add({ ...finding, file, line, column });
  return documents;
}
