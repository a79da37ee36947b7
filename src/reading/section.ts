import type { LineCounter, Node, Scalar, YAMLMap } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import type { Diagnostics, Place, ResourceName, Severity } from '../diagnostics/index.js';
import type { DocumentContext } from './document-context.js';
import type { Entry, KeyName } from './mapping.js';
import { entriesOf, resolve } from './mapping.js';
import { joinPath } from './path.js';
import { plain } from './plain.js';
import type { Reading } from './scalars.js';
import { readCount, readDurationMs, readFlag, readNumber, readText, writtenText } from './scalars.js';
import { suggestion } from './suggest.js';
import { onePlace, type TextPlaces } from './text-places.js';

/** What becomes of a field: it changes the figures, it would but is not modelled, or nothing depends on it. */
export type Accounting = 'modelled' | 'not-modelled' | 'no-effect';

/** One node of a document, whatever it is. The `as` readers report a wrong type themselves and then give null. */
export class Value {
  /** Where its key stands; of a list entry, where the entry begins. */
  readonly place: Place;
  /** From the root of the document: `spec.http[0]`. */
  readonly path: string;
  readonly resource: ResourceName | null;
  readonly #context: DocumentContext;
  readonly #node: Node | null;

  constructor(context: DocumentContext, node: Node | null, place: Place, path: string, resource: ResourceName | null) {
    this.#context = context;
    this.#node = node;
    this.place = place;
    this.path = path;
    this.resource = resource;
  }

  get kind(): 'mapping' | 'list' | 'scalar' {
    return isMap(this.#node) ? 'mapping' : isSeq(this.#node) ? 'list' : 'scalar';
  }

  /** A scalar as it was typed, without its quotes; `a mapping`, `a list` or `nothing` for the others. */
  get written(): string {
    if (this.kind !== 'scalar') return `a ${this.kind}`;
    return this.isNull || !isScalar(this.#node) ? 'nothing' : writtenText(this.#node);
  }

  get isNull(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  /** The last line of it. */
  get lastLine(): number {
    return this.#node === null ? this.place.line : this.#context.lastLineOf(this.#node);
  }

  /** Its JSON value; objects have no prototype. */
  raw(): unknown {
    return plain(this.#node, this.#context.targets, this.#context.nameOf);
  }

  asText(): string | null {
    return this.#scalar(readText, 'a text');
  }

  asNumber(): number | null {
    return this.#scalar(readNumber, 'a number');
  }

  asCount(): number | null {
    return this.#scalar(readCount, 'a whole number');
  }

  asFlag(): boolean | null {
    return this.#scalar(readFlag, 'true or false');
  }

  asDurationMs(): number | null {
    return this.#scalar(readDurationMs, 'a duration');
  }

  asSection(): Section | null {
    if (isMap(this.#node)) return new Section(this.#context, this.#node, this.path, this.resource);
    this.#reportType('a mapping', "write 'key: value' lines below it");
    return null;
  }

  asList(): Value[] {
    if (isSeq(this.#node)) return this.#node.items.map((item, i) => this.#entry(item as Node | null, i));
    this.#reportType('a list', "write its entries as '- ...' lines below it, or as [a, b]");
    return [];
  }

  /** Of a text: where what it holds stands, with `lines` of its own, and whom to tell. */
  inside(lines: LineCounter): { readonly places: TextPlaces; readonly diagnostics: Diagnostics } {
    const places = isScalar(this.#node) ? this.#context.placesInside(this.#node, lines) : onePlace(this.place);
    return { places, diagnostics: this.#context.diagnostics };
  }

  /** An error that makes the input unusable: nothing runs. */
  refuse(code: string, message: string, help: string): void {
    this.#report('error', true, code, message, help);
  }

  /** An error that a cluster accepts all the same: it is simulated. */
  error(code: string, message: string, help: string): void {
    this.#report('error', false, code, message, help);
  }

  warning(code: string, message: string, help: string): void {
    this.#report('warning', false, code, message, help);
  }

  info(code: string, message: string, help: string): void {
    this.#report('info', false, code, message, help);
  }

  #entry(item: Node | null, index: number): Value {
    const place = item === null ? this.place : this.#context.placeOf(item);
    const node = resolve(item, this.#context.targets);
    return new Value(this.#context, node, place, joinPath(this.path, index), this.resource);
  }

  #scalar<T>(read: (scalar: Scalar) => Reading<T>, wanted: string): T | null {
    if (!isScalar(this.#node) || this.isNull) {
      this.#reportType(wanted, `write ${wanted} here`);
      return null;
    }
    const reading = read(this.#node);
    if ('value' in reading) return reading.value;
    this.refuse(reading.code, `${quote(this.written)} is not ${reading.wanted}`, reading.help);
    return null;
  }

  #reportType(wanted: string, help: string): void {
    const found = this.kind === 'scalar' && !this.isNull ? quote(this.written) : this.written;
    this.refuse('bad-type', `${this.path}: ${found} is not ${wanted}`, help);
  }

  #report(severity: Severity, refuses: boolean, code: string, message: string, help: string): void {
    this.#context.report(this.place, this.resource, { severity, refuses, code, message, help });
  }
}

/**
 * A YAML mapping that knows its place. Each reader takes one field: absent or null gives null (or nothing), and a
 * wrong type is reported, as `bad-type` or `bad-duration`, and gives the same.
 */
export class Section {
  /** From the root of the document: `spec.http[0]`; empty for the root. */
  readonly path: string;
  /** The object that findings are about. */
  readonly resource: ResourceName | null;
  readonly #context: DocumentContext;
  readonly #map: YAMLMap;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(context: DocumentContext, map: YAMLMap, path: string, resource: ResourceName | null) {
    this.#context = context;
    this.#map = map;
    this.path = path;
    this.resource = resource;
    this.#entries = entriesOf(map, context.targets, context.nameOf);
  }

  /** The same mapping, its findings and its children's about `resource`. */
  about(resource: ResourceName): Section {
    return new Section(this.#context, this.#map, this.path, resource);
  }

  /** The same mapping, as what a text of another document holds. */
  below(text: Value): Section {
    return new Section(this.#context, this.#map, text.path, text.resource);
  }

  /** The same mapping, its keys and those of all that is below called by the names of `nameOf`. */
  named(nameOf: KeyName): Section {
    return new Section(this.#context.named(nameOf), this.#map, this.path, this.resource);
  }

  /** Where the mapping begins, or where `key` stands if it is written. */
  at(key?: string): Place {
    const entry = key === undefined ? undefined : this.#entries.get(key);
    return this.#context.placeOf(entry?.key ?? this.#map);
  }

  /** The last line of the mapping. */
  get lastLine(): number {
    return this.#context.lastLineOf(this.#map);
  }

  /** Whether `key` is written with a value other than null. */
  has(key: string): boolean {
    return this.value(key) !== null;
  }

  /** All keys in the order they are written, those with null too. */
  keys(): string[] {
    return [...this.#entries.keys()];
  }

  /** The field, whatever it is; null when it is absent or null. */
  value(key: string): Value | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    const place = this.#context.placeOf(entry.key);
    const value = new Value(this.#context, entry.value, place, joinPath(this.path, key), this.resource);
    return value.isNull ? null : value;
  }

  /** The JSON value of a field, or of all when no key is given; objects have no prototype. Undefined when absent. */
  raw(key?: string): unknown {
    const { targets, nameOf } = this.#context;
    if (key === undefined) return plain(this.#map, targets, nameOf);
    const entry = this.#entries.get(key);
    return entry === undefined ? undefined : plain(entry.value, targets, nameOf);
  }

  text(key: string): string | null {
    return this.value(key)?.asText() ?? null;
  }

  number(key: string): number | null {
    return this.value(key)?.asNumber() ?? null;
  }

  /** A whole number, 0 or more. */
  count(key: string): number | null {
    return this.value(key)?.asCount() ?? null;
  }

  flag(key: string): boolean | null {
    return this.value(key)?.asFlag() ?? null;
  }

  durationMs(key: string): number | null {
    return this.value(key)?.asDurationMs() ?? null;
  }

  section(key: string): Section | null {
    return this.value(key)?.asSection() ?? null;
  }

  /** The entries of a list, whatever they are. */
  values(key: string): Value[] {
    return this.value(key)?.asList() ?? [];
  }

  /** The entries of a list that are mappings; others are reported and left out. */
  list(key: string): Section[] {
    return this.values(key).flatMap((entry) => entry.asSection() ?? []);
  }

  /** The entries of a list that are texts; others are reported and left out. */
  texts(key: string): string[] {
    return this.values(key).flatMap((entry) => entry.asText() ?? []);
  }

  /** A mapping of texts, in the order written; without a prototype. */
  labels(key: string): Record<string, string> {
    const labels = Object.create(null) as Record<string, string>;
    const section = this.section(key);
    for (const name of section?.keys() ?? []) {
      const text = section!.text(name);
      if (text !== null) labels[name] = text;
    }
    return labels;
  }

  /** Reports every key that `fields` does not know (`unknown-field`) and every one that is not modelled. */
  account(
    fields: Readonly<Record<string, Accounting>>,
    unknown: 'refuse' | 'error' | 'warning' | undefined = 'refuse',
  ): void {
    for (const key of this.keys()) {
      const path = joinPath(this.path, key);
      if (!Object.hasOwn(fields, key)) {
        this[unknown]('unknown-field', `${path} is not a known field`, suggestion(key, Object.keys(fields)), key);
      } else if (fields[key] === 'not-modelled' && this.has(key)) {
        this.info('not-modelled', `${path} is read but not modelled`, 'the figures do not reflect it', key);
      }
    }
  }

  /** An error at the key, or at the mapping, that makes the input unusable: nothing runs. */
  refuse(code: string, message: string, help: string, key?: string): void {
    this.#report('error', true, { code, message, help }, key);
  }

  /** An error that a cluster accepts all the same: it is simulated. */
  error(code: string, message: string, help: string, key?: string): void {
    this.#report('error', false, { code, message, help }, key);
  }

  warning(code: string, message: string, help: string, key?: string): void {
    this.#report('warning', false, { code, message, help }, key);
  }

  info(code: string, message: string, help: string, key?: string): void {
    this.#report('info', false, { code, message, help }, key);
  }

  #report(
    severity: Severity,
    refuses: boolean,
    finding: { readonly code: string; readonly message: string; readonly help: string },
    key: string | undefined,
  ): void {
    this.#context.report(this.at(key), this.resource, { severity, refuses, ...finding });
  }
}

/** A text as messages quote it: on one line, cut when long. */
export function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return `'${line.length > 80 ? `${line.slice(0, 77)}...` : line}'`;
}
