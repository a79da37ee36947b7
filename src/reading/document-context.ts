import type { LineCounter, Node } from 'yaml';
import type { Diagnostics, Place, ResourceName, Severity } from '../diagnostics/index.js';
import type { AliasTargets } from './mapping.js';

export interface Finding {
  readonly severity: Severity;
  readonly refuses: boolean;
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

/** What all nodes of one document share: where they stand, what their aliases mean, whom to tell. */
export class DocumentContext {
  readonly file: string;
  readonly targets: AliasTargets;
  readonly #lines: LineCounter;
  readonly #elsewhere: ReadonlyMap<Node, Place>;
  readonly #diagnostics: Diagnostics;

  /** `elsewhere`: places of nodes that are not from this file (`--set`). */
  constructor(
    file: string,
    lines: LineCounter,
    targets: AliasTargets,
    elsewhere: ReadonlyMap<Node, Place>,
    diagnostics: Diagnostics,
  ) {
    this.file = file;
    this.targets = targets;
    this.#lines = lines;
    this.#elsewhere = elsewhere;
    this.#diagnostics = diagnostics;
  }

  placeOf(node: Node): Place {
    return this.#elsewhere.get(node) ?? placeAt(this.file, this.#lines, node.range?.[0] ?? 0);
  }

  report(place: Place, resource: ResourceName | null, finding: Finding): void {
    const { file, line, column } = place;
    this.#diagnostics.add({ ...finding, file, line, column, resource });
  }
}

/** The place of an offset into a file's text. */
export function placeAt(file: string, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}
