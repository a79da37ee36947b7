import type { Labels } from '../../mesh/index.js';
import type { Section, Value } from '../../reading/index.js';

/**
 * Readers for objects that the CRD's schema has been held against: it has reported every wrong type already, so these
 * give null, or nothing, in silence.
 */

export function text(section: Section | null, key: string): string | null {
  const raw = section?.value(key)?.raw();
  return typeof raw === 'string' ? raw : null;
}

export function number(section: Section | null, key: string): number | null {
  const raw = section?.value(key)?.raw();
  return typeof raw === 'number' && Number.isFinite(raw) ? raw : null;
}

export function flag(section: Section | null, key: string): boolean | null {
  const raw = section?.value(key)?.raw();
  return typeof raw === 'boolean' ? raw : null;
}

export function section(parent: Section | null, key: string): Section | null {
  const value = parent?.value(key) ?? null;
  return value?.kind === 'mapping' ? value.asSection() : null;
}

/** The entries of a list. */
export function values(parent: Section | null, key: string): readonly Value[] {
  const list = parent?.value(key) ?? null;
  return list?.kind === 'list' ? list.asList().filter((entry) => !entry.isNull) : [];
}

/** The entries of a list that are mappings. */
export function list(parent: Section | null, key: string): readonly Section[] {
  return values(parent, key).flatMap((entry) => (entry.kind === 'mapping' ? (entry.asSection() ?? []) : []));
}

export function texts(parent: Section | null, key: string): readonly string[] {
  return textValues(parent, key).map(([written]) => written);
}

/** The entries of a list that are texts, each with its place. */
export function textValues(parent: Section | null, key: string): readonly (readonly [string, Value])[] {
  return values(parent, key).flatMap((value) => {
    const raw = value.raw();
    return typeof raw === 'string' ? [[raw, value] as const] : [];
  });
}

/** A mapping of texts, without a prototype. */
export function labels(parent: Section | null, key: string): Labels {
  const read = Object.create(null) as Record<string, string>;
  const mapping = section(parent, key);
  for (const name of mapping?.keys() ?? []) {
    const written = text(mapping, name);
    if (written !== null) read[name] = written;
  }
  return read;
}
