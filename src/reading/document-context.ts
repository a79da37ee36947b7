import type { LineCounter, Node, Scalar } from 'yaml';
import type { Diagnostics, Place, ResourceName, Severity } from '../diagnostics/index.js';
import type { AliasTargets, KeyName } from './mapping.js';
import { onePlace, type TextPlaces } from './text-places.js';

export interface Finding {
  readonly severity: Severity;
  readonly refuses: boolean;
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

/** What all nodes of one document share: where they stand, what their aliases mean, whom to tell. */
export class DocumentContext {
  readonly targets: AliasTargets;
  readonly diagnostics: Diagnostics;
  /** Null: keys are called as they are written. */
  readonly nameOf: KeyName | null;
  readonly #places: TextPlaces;
  readonly #elsewhere: ReadonlyMap<Node, Place>;

  /** `elsewhere`: places of nodes that are not from this text (`--set`). */
  constructor(
    places: TextPlaces,
    targets: AliasTargets,
    elsewhere: ReadonlyMap<Node, Place>,
    diagnostics: Diagnostics,
    nameOf: KeyName | null = null,
  ) {
    this.targets = targets;
    this.diagnostics = diagnostics;
    this.nameOf = nameOf;
    this.#places = places;
    this.#elsewhere = elsewhere;
  }

  /** The same for readers who call keys by other names. */
  named(nameOf: KeyName): DocumentContext {
    return new DocumentContext(this.#places, this.targets, this.#elsewhere, this.diagnostics, nameOf);
  }

  placeOf(node: Node): Place {
    return this.#elsewhere.get(node) ?? this.#places.placeOf(node.range?.[0] ?? 0);
  }

  lastLineOf(node: Node): number {
    const [start = 0, end = start + 1] = node.range ?? [];
    return (this.#elsewhere.get(node) ?? this.#places.placeOf(Math.max(start, end - 1))).line;
  }

  /** Where the text stands that a scalar holds; `lines` are its own. */
  placesInside(scalar: Scalar, lines: LineCounter): TextPlaces {
    const elsewhere = this.#elsewhere.get(scalar);
    return elsewhere === undefined ? this.#places.inside(scalar, lines) : onePlace(elsewhere);
  }

  report(place: Place, resource: ResourceName | null, finding: Finding): void {
    const { file, line, column } = place;
    this.diagnostics.add({ ...finding, file, line, column, resource });
  }
}
