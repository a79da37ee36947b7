import { parseDocument } from 'yaml';
import type { Diagnostics } from '../diagnostics/index.js';
import { Diagnostics as Collected } from '../diagnostics/index.js';
import { readNumberedDocuments } from './documents.js';
import { PARSE_OPTIONS } from './parse-options.js';
import type { PathStep } from './path.js';
import { parsePath } from './path.js';
import type { Value } from './section.js';
import { quote, Section } from './section.js';
import type { Setting, SourceText } from './source.js';
import { suggestion } from './suggest.js';

/** `--set PATH=VALUE` as typed, taken apart. */
interface Assignment {
  readonly place: Setting['place'];
  readonly written: string;
  /** `VirtualService/default/reviews`; null: the scenario. */
  readonly address: string | null;
  readonly path: readonly PathStep[];
  readonly value: string;
}

const ASSIGNMENT = /^(?:([^/:"=]+\/[^/:"=]*\/[^/:"=]+):)?((?:[^="]|"(?:[^"\\]|\\.)*")+)=([\s\S]*)$/;

/** Applies what is set in the scenario (paths without an address, relative to `spec`); reports what is malformed. */
export function applyToScenario(source: SourceText, settings: readonly string[], diagnostics: Diagnostics): SourceText {
  const own = assignments(settings, diagnostics).filter(({ address }) => address === null);
  return own.reduce((edited, assignment) => {
    const [first] = readNumberedDocuments(edited, new Collected());
    if (first === undefined) return edited; // reported when it is read
    const path = locate(first.section, ['spec', ...assignment.path], assignment, diagnostics);
    return path === null ? edited : withSetting(edited, { ...assignment, document: first.document, path });
  }, source);
}

/** Applies what is set in manifests: `Kind/namespace/name:path=value`. Of resources given twice, the last one counts. */
export function applyToManifests(
  sources: readonly SourceText[],
  settings: readonly string[],
  diagnostics: Diagnostics,
): SourceText[] {
  const edited = [...sources];
  for (const assignment of assignments(settings, new Collected())) {
    if (assignment.address === null) continue;
    const resources = edited.flatMap((source, index) => resourcesOf(source, index));
    const found = resources.findLast(({ address }) => address === assignment.address);
    if (found === undefined) {
      reportUnknown(assignment, assignment.address, [...new Set(resources.map(({ address }) => address))], diagnostics);
      continue;
    }
    const path = locate(found.section, [...found.prefix, ...assignment.path], assignment, diagnostics);
    if (path === null) continue;
    edited[found.index] = withSetting(edited[found.index]!, { ...assignment, document: found.document, path });
  }
  return edited;
}

function withSetting(source: SourceText, { place, document, path, value }: Setting): SourceText {
  return { ...source, settings: [...(source.settings ?? []), { place, document, path, value }] };
}

function assignments(settings: readonly string[], diagnostics: Diagnostics): Assignment[] {
  return settings.flatMap((written, index) => {
    const [, address, path, value] = ASSIGNMENT.exec(written) ?? [];
    const place = { file: '--set', line: index + 1, column: 1 };
    const steps = parsePath((path ?? '').trim());
    const broken = parseDocument(value ?? '', PARSE_OPTIONS).errors[0]?.message;
    if (steps !== null && value !== undefined && broken === undefined) {
      return { place, written, address: address ?? null, path: steps, value };
    }
    const message = `${quote(written)} is not PATH=VALUE${broken === undefined ? '' : `: ${broken}`}`;
    const help = "write 'traffic.shoppers.rate=5/s' or 'VirtualService/default/reviews:spec.http[0].timeout=1s'";
    refuse(place, message, help, diagnostics);
    return [];
  });
}

interface AddressedResource {
  readonly index: number;
  readonly document: number;
  readonly address: string;
  readonly section: Section;
  /** Where the resource stands in its document: inside a `List` it is `items[n]`. */
  readonly prefix: readonly PathStep[];
}

function resourcesOf(source: SourceText, index: number): AddressedResource[] {
  return readNumberedDocuments(source, new Collected()).flatMap(({ document, section }) => {
    const raw = section.raw() as { kind?: unknown; items?: unknown };
    if (!String(raw.kind).endsWith('List') || !Array.isArray(raw.items)) {
      return [{ index, document, section, address: addressOf(raw), prefix: [] }];
    }
    const items = raw.items as unknown[];
    return items.map((item, i) => ({ index, document, section, address: addressOf(item), prefix: ['items', i] }));
  });
}

function addressOf(resource: unknown): string {
  const { kind, metadata } = (resource ?? {}) as { kind?: unknown; metadata?: { namespace?: unknown; name?: unknown } };
  return `${kind}/${metadata?.namespace ?? 'default'}/${metadata?.name}`;
}

/** The path with list entries by index, or null when it leads nowhere, which is reported with what there is. */
function locate(
  root: Section,
  path: readonly PathStep[],
  assignment: Assignment,
  diagnostics: Diagnostics,
): readonly PathStep[] | null {
  const found: PathStep[] = [];
  let here: Section | readonly Value[] | null = root;
  for (const step of path) {
    const names = namesIn(here);
    const own = Array.isArray(here) && typeof step === 'string' ? names.indexOf(step) : step;
    if (!canHold(here, own)) {
      reportUnknown(assignment, String(step), names, diagnostics);
      return null;
    }
    found.push(own);
    here = below(here, own);
  }
  return found;
}

/** A mapping takes any key, a list the entries that it has; null is a mapping that does not exist yet. */
function canHold(here: Section | readonly Value[] | null, step: PathStep): boolean {
  if (here instanceof Section || here === null) return typeof step === 'string';
  return typeof step === 'number' && here[step] !== undefined;
}

function below(here: Section | readonly Value[] | null, step: PathStep): Section | readonly Value[] | null {
  const value = here instanceof Section ? here.value(String(step)) : (here?.[Number(step)] ?? null);
  if (value?.kind === 'list') return value.asList();
  return value?.kind === 'mapping' ? value.asSection() : null;
}

function namesIn(here: Section | readonly Value[] | null): string[] {
  if (here instanceof Section) return here.keys();
  return (here ?? []).map((entry, index) => nameOf(entry) ?? `[${index}]`);
}

function nameOf(entry: Value): string | null {
  if (entry.kind !== 'mapping') return null;
  const name = entry.asSection()?.raw('name');
  return typeof name === 'string' ? name : null;
}

function reportUnknown(
  { place, written }: Assignment,
  missing: string,
  existing: readonly string[],
  diagnostics: Diagnostics,
): void {
  refuse(place, `${quote(written)}: there is no ${missing}`, suggestion(missing, existing), diagnostics);
}

function refuse(place: Setting['place'], message: string, help: string, diagnostics: Diagnostics): void {
  diagnostics.add({ ...place, severity: 'error', refuses: true, code: 'bad-setting', message, help, resource: null });
}
