import type { Document, Node, ParsedNode } from 'yaml';
import { isMap, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Diagnostics, Place } from '../diagnostics/index.js';
import { checkDocument } from './check-document.js';
import { DocumentContext } from './document-context.js';
import { applyToDocument } from './edit-document.js';
import { PARSE_OPTIONS } from './parse-options.js';
import { Section, type Value } from './section.js';
import type { Setting, SourceText } from './source.js';
import { filePlaces, type TextPlaces } from './text-places.js';

/** Some ten thousand resources; more takes the parser minutes. */
const MAX_TEXT_LENGTH = 20_000_000;
/** One broken line can break all that follow. */
const MAX_SYNTAX_ERRORS = 20;

/**
 * The documents of a YAML or JSON text whose root is a mapping. Empty documents are left out in silence; what cannot
 * be read is reported, refuses, and leaves out its document alone.
 */
export function readDocuments(source: SourceText, diagnostics: Diagnostics): Section[] {
  return readNumberedDocuments(source, diagnostics).map(({ section }) => section);
}

/** The same, each with its number in the file, from 0; those left out count. */
export function readNumberedDocuments(
  source: SourceText,
  diagnostics: Diagnostics,
): { readonly document: number; readonly section: Section }[] {
  const { file, text } = source;
  if (text.length > MAX_TEXT_LENGTH) {
    const message = `the text has ${text.length} characters; at most ${MAX_TEXT_LENGTH} are read`;
    refuse({ file, line: 1, column: 1 }, 'yaml-too-large', message, 'split the file', diagnostics);
    return [];
  }
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { ...PARSE_OPTIONS, lineCounter: lines });
  const places = filePlaces(file, text, lines);
  return [...documents].flatMap((parsed, document) => {
    if (!reportSyntax(parsed, places, diagnostics)) return [];
    const settings = (source.settings ?? []).filter((setting) => setting.document === document);
    const section = sectionOf(parsed, settings, places, diagnostics);
    return section === null ? [] : { document, section };
  });
}

/**
 * The document that a text of another one holds, such as `data.mesh` of Istio's ConfigMap; its places are those of the
 * file, its paths begin with the text's. Null when there is none that can be read, which is reported. `isWholeNumber`: the keys
 * whose values are whole numbers in quotes too.
 */
export function readEmbedded(value: Value, isWholeNumber: (key: string) => boolean): Section | null {
  const text = value.asText();
  if (text === null) return null;
  const lines = new LineCounter();
  const [parsed, ...more] = [...parseAllDocuments(text, { ...PARSE_OPTIONS, lineCounter: lines })];
  const { places, diagnostics } = value.inside(lines);
  if (more.length > 0) value.refuse('yaml-syntax', 'the text holds several documents', "leave out the '---' lines");
  if (parsed === undefined || more.length > 0 || !reportSyntax(parsed, places, diagnostics)) return null;
  return sectionOf(parsed, [], places, diagnostics, isWholeNumber)?.below(value) ?? null;
}

function unquote(document: Document<ParsedNode>, isWholeNumber: (key: string) => boolean): void {
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !isScalar(value) || !isWholeNumber(String(key.value))) return;
      if (typeof value.value === 'string' && /^-?\d{1,15}$/.test(value.value)) value.value = Number(value.value);
    },
  });
}

function sectionOf(
  document: Document<ParsedNode>,
  settings: readonly Setting[],
  places: TextPlaces,
  diagnostics: Diagnostics,
  isWholeNumber: (key: string) => boolean = () => false,
): Section | null {
  const elsewhere = new Map<Node, Place>();
  for (const setting of settings) applyToDocument(document, setting, elsewhere);
  const { targets, problems } = checkDocument(document);
  const context = new DocumentContext(places, targets, elsewhere, diagnostics);
  for (const { node, ...problem } of problems) {
    context.report(context.placeOf(node), null, { severity: 'error', refuses: true, ...problem });
  }
  const root = document.contents as Node | null;
  if (problems.length > 0 || root === null || (isScalar(root) && root.value === null)) return null;
  unquote(document, isWholeNumber);
  if (isMap(root)) return new Section(context, root, '', null);
  const help = "write 'key: value' lines; a resource begins with 'apiVersion:' and 'kind:'";
  refuse(context.placeOf(root), 'not-a-mapping', 'the document is not a mapping', help, diagnostics);
  return null;
}

/** Reports what the parser has found; false when the document cannot be read. */
function reportSyntax(document: Document, places: TextPlaces, diagnostics: Diagnostics): boolean {
  for (const error of document.errors.slice(0, MAX_SYNTAX_ERRORS)) {
    const help = 'mend the YAML: indent with spaces, close quotes and brackets, quote texts with special characters';
    refuse(places.placeOf(error.pos[0]), 'yaml-syntax', oneLine(error.message), help, diagnostics);
  }
  for (const warning of document.warnings.slice(0, MAX_SYNTAX_ERRORS)) {
    const place = places.placeOf(warning.pos[0]);
    const finding = {
      severity: 'warning',
      refuses: false,
      code: 'yaml-tag',
      message: oneLine(warning.message),
    } as const;
    diagnostics.add({ ...finding, ...place, help: 'the value is read as if it had no tag', resource: null });
  }
  return document.errors.length === 0;
}

function refuse(place: Place, code: string, message: string, help: string, diagnostics: Diagnostics): void {
  diagnostics.add({ ...place, severity: 'error', refuses: true, code, message, help, resource: null });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 200);
}
