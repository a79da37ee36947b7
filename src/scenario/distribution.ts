import { parseDurationMs } from '../diagnostics/index.js';
import type { Section, Value } from '../reading/index.js';
import { quote } from '../reading/index.js';
import type { Assets } from './assets.js';
import { csvNamedBy, refuseRow } from './csv.js';
import { durationMsOf, MAX_DURATION_MS, numberOf, onlyKeyOf, required } from './field-readers.js';
import type { Distribution } from './types.js';
import { sharesOf } from './weights.js';

type Reader = (value: Value, assets: Assets) => Distribution | null;

/** By the word that names the kind. */
const READERS: Readonly<Record<string, Reader>> = {
  constant: (value) => mapped(durationMsOf(value), (ms) => ({ kind: 'constant', ms })),
  exponential: (value) => mapped(durationMsOf(value), (meanMs) => ({ kind: 'exponential', meanMs })),
  lognormal: readLognormal,
  gamma: readGamma,
  uniform: readUniform,
  pareto: readPareto,
  empirical: readEmpirical,
  mixture: readMixture,
};
const KINDS = Object.keys(READERS);
const CV = { min: 1e-3, max: 1e3 };

/** Reads a bare duration, which is constant, or a mapping with one kind; null when it is wrong, which is reported. */
export function distributionOf(value: Value, assets: Assets): Distribution | null {
  if (value.kind !== 'mapping') return READERS.constant!(value, assets);
  const section = value.asSection()!;
  section.account(Object.fromEntries(KINDS.map((kind) => [kind, 'modelled'])));
  return readKind(section, assets);
}

/** The distribution of a field, `or` when it is absent or wrong. */
export function distributionIn<T>(section: Section, key: string, assets: Assets, or: T): Distribution | T {
  const value = section.value(key);
  return value === null ? or : (distributionOf(value, assets) ?? or);
}

function readKind(section: Section, assets: Assets): Distribution | null {
  const kind = onlyKeyOf(section, KINDS, 'a distribution');
  return kind === null ? null : READERS[kind]!(section.value(kind)!, assets);
}

function readLognormal(value: Value): Distribution | null {
  const section = value.asSection();
  section?.account({ median: 'modelled', p99: 'modelled', mean: 'modelled', cv: 'modelled' });
  if (section === null) return null;
  if (section.has('mean') || section.has('cv')) {
    const own = meanAndCv(section);
    if (section.has('median') || section.has('p99')) {
      section.refuse(
        'bad-distribution',
        'lognormal has two forms, and they are mixed here',
        'write {median, p99} or {mean, cv}',
      );
    }
    return own && { kind: 'lognormal-mean', ...own };
  }
  const [medianMs, p99Ms] = [positiveMs(section, 'median'), positiveMs(section, 'p99')];
  if (medianMs === null || p99Ms === null) return null;
  if (p99Ms >= medianMs) return { kind: 'lognormal', medianMs, p99Ms };
  section.refuse('bad-distribution', 'p99 is below the median', 'write a p99 above the median', 'p99');
  return null;
}

function readGamma(value: Value): Distribution | null {
  const section = value.asSection();
  section?.account({ mean: 'modelled', cv: 'modelled' });
  const own = section && meanAndCv(section);
  return own && { kind: 'gamma', ...own };
}

function readUniform(value: Value): Distribution | null {
  const section = value.asSection();
  section?.account({ min: 'modelled', max: 'modelled' });
  if (section === null) return null;
  const [min, max] = [required(section, 'min'), required(section, 'max')];
  const [minMs, maxMs] = [min && durationMsOf(min), max && durationMsOf(max)];
  if (minMs === null || maxMs === null) return null;
  if (minMs <= maxMs) return { kind: 'uniform', minMs, maxMs };
  section.refuse('bad-distribution', 'min is above max', 'exchange them', 'min');
  return null;
}

function readPareto(value: Value): Distribution | null {
  const section = value.asSection();
  section?.account({ min: 'modelled', shape: 'modelled' });
  if (section === null) return null;
  const minMs = positiveMs(section, 'min');
  const written = required(section, 'shape');
  const shape = written && numberOf(written, { min: 0.1, max: 1e3 });
  if (shape !== null && shape <= 1) {
    section.warning('infinite-mean', `a pareto of shape ${shape} has no mean`, 'write a shape above 1', 'shape');
  }
  return minMs === null || shape === null ? null : { kind: 'pareto', minMs, shape };
}

/** A list of durations, or a CSV file whose first column has them; a bare number there is milliseconds. */
function readEmpirical(value: Value, assets: Assets): Distribution | null {
  const valuesMs = value.kind === 'list' ? durationsOf(value) : durationsInFile(value, assets);
  if (valuesMs === null) return null;
  if (valuesMs.length > 0) return { kind: 'empirical', valuesMs };
  value.refuse('empty-list', 'an empirical distribution needs values', 'list at least one duration');
  return null;
}

function durationsOf(value: Value): number[] | null {
  const read = value.asList().map(durationMsOf);
  return read.includes(null) ? null : (read as number[]);
}

function durationsInFile(value: Value, assets: Assets): number[] | null {
  const csv = csvNamedBy(value, assets);
  const valuesMs: number[] = [];
  for (const [index, row] of csv?.rows.entries() ?? []) {
    const ms = parseCellMs(row.cells[0]!);
    if (ms !== null && ms <= MAX_DURATION_MS) valuesMs.push(ms);
    else if (index > 0) {
      refuseRow(value, csv!, row, `${quote(row.cells[0]!)} is not a duration`, "write '12ms', or 12 for milliseconds");
      return null;
    } // the first row may be a header
  }
  return csv && valuesMs;
}

function parseCellMs(cell: string): number | null {
  return parseDurationMs(/^[\d.]+$/.test(cell) ? `${cell}ms` : cell);
}

/** Entries are a weight beside one kind: `{weight: 9, exponential: 2ms}`. */
function readMixture(value: Value, assets: Assets): Distribution | null {
  const sections = value.asList().flatMap((entry) => entry.asSection() ?? []);
  for (const section of sections) {
    section.account(Object.fromEntries(['weight', ...KINDS].map((key) => [key, 'modelled'])));
  }
  if (sections.length === 0) value.refuse('empty-list', 'a mixture needs parts', 'list at least one');
  const shares = sharesOf(sections, value);
  const parts = sections.map((section, i) => ({ share: shares[i]!, of: readKind(section, assets) }));
  if (parts.length === 0 || parts.some(({ of }) => of === null)) return null;
  return { kind: 'mixture', parts: parts as { share: number; of: Distribution }[] };
}

function meanAndCv(section: Section): { readonly meanMs: number; readonly cv: number } | null {
  const meanMs = positiveMs(section, 'mean');
  const written = required(section, 'cv');
  const cv = written && numberOf(written, CV);
  return meanMs === null || cv === null ? null : { meanMs, cv };
}

/** A duration above 0: the logarithm of 0 has no place in a distribution. */
function positiveMs(section: Section, key: string): number | null {
  const value = required(section, key);
  const ms = value && durationMsOf(value);
  if (ms !== 0) return ms;
  section.refuse('out-of-range', `'${key}' is 0`, 'write a duration above 0', key);
  return null;
}

function mapped<A, B>(value: A | null, make: (value: A) => B): B | null {
  return value === null ? null : make(value);
}
