import type { Document, Node, ParsedNode } from 'yaml';
import { isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { Diagnostics, Place } from '../diagnostics/index.js';
import { checkDocument } from './check-document.js';
import { DocumentContext, placeAt } from './document-context.js';
import { applyToDocument } from './edit-document.js';
import { PARSE_OPTIONS } from './parse-options.js';
import { Section } from './section.js';
import type { SourceText } from './source.js';

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
  return [...documents].flatMap((parsed, document) => {
    if (!reportSyntax(parsed, source, lines, diagnostics)) return [];
    const section = sectionOf(parsed, document, source, lines, diagnostics);
    return section === null ? [] : { document, section };
  });
}

function sectionOf(
  document: Document<ParsedNode>,
  index: number,
  source: SourceText,
  lines: LineCounter,
  diagnostics: Diagnostics,
): Section | null {
  const elsewhere = new Map<Node, Place>();
  for (const setting of source.settings ?? []) {
    if (setting.document === index) applyToDocument(document, setting, elsewhere);
  }
  const { targets, problems } = checkDocument(document);
  const context = new DocumentContext(source.file, lines, targets, elsewhere, diagnostics);
  for (const { node, ...problem } of problems) {
    context.report(context.placeOf(node), null, { severity: 'error', refuses: true, ...problem });
  }
  const root = document.contents as Node | null;
  if (problems.length > 0 || root === null || (isScalar(root) && root.value === null)) return null;
  if (isMap(root)) return new Section(context, root, '', null);
  const help = "a resource is a mapping: begin with 'apiVersion:' and 'kind:'";
  refuse(context.placeOf(root), 'not-a-mapping', 'the document is not a mapping', help, diagnostics);
  return null;
}

/** Reports what the parser has found; false when the document cannot be read. */
function reportSyntax(document: Document, source: SourceText, lines: LineCounter, diagnostics: Diagnostics): boolean {
  for (const error of document.errors.slice(0, MAX_SYNTAX_ERRORS)) {
    const help = 'mend the YAML: indent with spaces, close quotes and brackets, quote texts with special characters';
    refuse(placeAt(source.file, lines, error.pos[0]), 'yaml-syntax', oneLine(error.message), help, diagnostics);
  }
  for (const warning of document.warnings.slice(0, MAX_SYNTAX_ERRORS)) {
    const place = placeAt(source.file, lines, warning.pos[0]);
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
