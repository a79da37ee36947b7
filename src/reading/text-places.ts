import type { LineCounter, Scalar } from 'yaml';
import type { Place } from '../diagnostics/index.js';

/** Where the characters of a document's text stand. */
export interface TextPlaces {
  placeOf(offset: number): Place;
  /** The same of the text that a scalar of this one holds; `lines` are those of that text. */
  inside(scalar: Scalar, lines: LineCounter): TextPlaces;
}

/** Of a text that stands all in one place, as far as anybody can tell. */
export function onePlace(place: Place): TextPlaces {
  const places: TextPlaces = { placeOf: () => place, inside: () => places };
  return places;
}

/** Of a text that is a file. */
export function filePlaces(file: string, text: string, lines: LineCounter): TextPlaces {
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return {
    placeOf,
    inside: (scalar, inner) => {
      const start = scalar.range?.[0] ?? 0;
      const isLiteral = scalar.type === 'BLOCK_LITERAL'; // its lines are the file's
      return isLiteral ? blockPlaces(placeOf(start), indentAfter(text, start), inner) : onePlace(placeOf(start));
    },
  };
}

/** Of a literal block whose `|` stands at `header`. */
function blockPlaces(header: Place, indent: number, lines: LineCounter): TextPlaces {
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: header.file, line: header.line + Math.max(line, 1), column: indent + Math.max(col, 1) };
  };
  return { placeOf, inside: (scalar) => onePlace(placeOf(scalar.range?.[0] ?? 0)) };
}

/** Of the first line below `offset` that holds anything: what the lines of a block are indented by. */
function indentAfter(text: string, offset: number): number {
  const below = text.slice(text.indexOf('\n', offset) + 1);
  return /^(?:[ \t]*\r?\n)*( *)/.exec(below)?.[1]?.length ?? 0;
}
