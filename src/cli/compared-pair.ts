import { join, relative, resolve, sep } from 'node:path';
import type { ChangeReport } from '../analysis/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import { flowText, joinPath } from '../reading/index.js';
import {
  alignedSources,
  type Blueprint,
  changesBetween,
  type FieldPlaces,
  fieldPlaces,
  type Gathered,
  type Loaded,
  type WorldChange,
} from '../world/index.js';
import type { CompareFlags } from './commands/compare.js';
import { manifestsAt, pushedAt } from './git-manifests.js';
import { withOneStdin } from './one-stdin.js';
import type { Outside } from './outside.js';
import { type Prepared, prepare } from './prepare.js';
import { settingsOf } from './setting-flags.js';
import { UsageError } from './usage.js';
import { withScenario } from './with-scenario.js';

/** With fewer the scatter of the differences is not known well. */
const LEAST_REPLICATIONS = 10;

/** One of two configurations, ready to play. */
export interface Variant {
  readonly gathered: Gathered;
  readonly loaded: Loaded;
  readonly blueprint: Blueprint;
  readonly diagnostics: readonly Diagnostic[];
  readonly fields: FieldPlaces;
}

export interface Pair {
  readonly base: Variant;
  readonly candidate: Variant;
  readonly changes: readonly WorldChange[];
  /** In the candidate's names of files. */
  readonly reports: readonly ChangeReport[];
}

/** What was found, for what is refused as well; its names of files are relative to `folder`. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly folder: string;
}

export interface ReadPair {
  /** Null: one of them is refused. */
  readonly pair: Pair | null;
  /** Of the candidate; of the base where it is that which is refused. */
  readonly findings: Findings;
  readonly isBaseRefused: boolean;
}

/** Reads what is compared with what. Both play by the candidate's `run`. Throws UsageError where nothing is to compare. */
export function readPair(flags: CompareFlags, outside: Outside): ReadPair {
  const { set = [], with: overlays = [], without = [], manifests = null, git, base, candidate = base } = flags;
  const hasChange = [set, overlays, without, manifests ?? []].some(({ length }) => length > 0);
  if (!hasChange && git === undefined && flags.candidate === undefined) throw nothingToCompare(base);
  const shared = withOneStdin(outside);
  const { settings, atFlag } = settingsOf({ ...flags, set });
  const after = prepare({ scenario: candidate, manifests, overlays, without, settings }, shared);
  const readManifests = git === undefined ? {} : { readManifests: manifestsAt(git), readPushed: pushedAt(git) };
  const own = { scenario: base, manifests: null, overlays: [], settings: [], ...readManifests };
  const before = prepare(own, shared);
  const candidateFindings = { diagnostics: after.diagnostics.sorted().map(atFlag), folder: after.base };
  const baseFindings = { diagnostics: before.diagnostics.sorted(), folder: before.base };
  const isBaseRefused = after.blueprint !== null && before.blueprint === null;
  const findings = isBaseRefused ? baseFindings : candidateFindings;
  if (before.blueprint === null || after.blueprint === null) return { pair: null, findings, isBaseRefused };
  const run = runOf(after, flags);
  const scenarios = [before.loaded!.scenario, alignedSources(after.loaded!.scenario, before.loaded!.scenario)];
  const variants = [before, after].map(({ gathered, loaded, blueprint }, i) => ({
    ...withScenario({ loaded: loaded!, blueprint: blueprint! }, { ...scenarios[i]!, run }),
    gathered: gathered!,
    fields: fieldPlaces(gathered!),
    diagnostics: [baseFindings, candidateFindings][i]!.diagnostics,
  }));
  const changes = changesBetween(before.gathered!, after.gathered!);
  const reports = changes.map((change) => changeReport(change, before.base, after.base));
  return { pair: { base: variants[0]!, candidate: variants[1]!, changes, reports }, findings, isBaseRefused };
}

function runOf({ loaded }: Prepared, { replications }: CompareFlags): Loaded['scenario']['run'] {
  const { run } = loaded!.scenario;
  if (replications !== undefined) return run;
  return { ...run, replications: Math.max(LEAST_REPLICATIONS, run.replications) };
}

function changeReport(
  { resource, difference, before, after, place, lastLine }: WorldChange,
  from: string,
  to: string,
): ChangeReport {
  const [was, is] = difference === null ? [before, after] : [difference.before, difference.after];
  const isGone = is === undefined;
  return {
    resource,
    path: difference === null ? null : difference.path.reduce<string>(joinPath, ''),
    before: was === undefined ? null : flowText(was),
    after: isGone ? null : flowText(is),
    file: isGone && !place.file.includes(':') ? shownFrom(place.file, from, to) : place.file,
    line: place.line,
    lastLine,
  };
}

/** A file of the base, named from the candidate's folder. */
function shownFrom(file: string, from: string, to: string): string {
  if (file.startsWith('-')) return file;
  return relative(to, resolve(join(from, file)))
    .split(sep)
    .join('/');
}

function nothingToCompare(scenario: string): UsageError {
  return new UsageError(
    `${scenario} with what? Name a second scenario, or say what changes: --with, --without, --set, --manifests or --git`,
  );
}
