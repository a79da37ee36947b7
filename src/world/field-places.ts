import { Diagnostics, type Place } from '../diagnostics/index.js';
import { placeIn } from '../manifests/index.js';
import { groupBy, type Origin } from '../mesh/index.js';
import { type PathStep, parsePath, readDocuments, type Section } from '../reading/index.js';
import { type Gathered, manifestDocuments } from './load.js';
import { namedContents } from './named-contents.js';

/** Where a field below what was written stands; null: it is not written. */
export type FieldPlaces = (origin: Origin, field: readonly PathStep[]) => Place | null;

/** Knows no more than where what holds the field begins. */
export const NO_FIELDS: FieldPlaces = () => null;

/** Of the manifests, and of those that pushes apply; they are read again when the first is asked for. */
export function fieldPlaces(gathered: Gathered): FieldPlaces {
  let byFile: ReadonlyMap<string, readonly Section[]> | null = null;
  return (origin, field) => {
    byFile ??= groupBy(documentsOf(gathered), (document) => document.at().file);
    const above = parsePath(origin.path) ?? [];
    // Of the documents of a file that one is meant in which the path leads closest to the place.
    const holder = (byFile.get(origin.file) ?? []).findLast(
      (document) => (placeIn(document, above)?.line ?? Infinity) <= origin.line,
    );
    return holder === undefined ? null : placeIn(holder, [...above, ...field]);
  };
}

function documentsOf(gathered: Gathered): readonly Section[] {
  const pushed = [...namedContents(gathered).values()].flatMap((each) =>
    each.kind === 'manifests' ? each.sources : [],
  );
  const found = new Diagnostics(); // told when they were read first
  return [...manifestDocuments(gathered, found), ...pushed.flatMap((source) => readDocuments(source, found))];
}
