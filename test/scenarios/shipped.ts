import { join, resolve } from 'node:path';
import type { EdgeReport, Report, TrafficReport } from '../../src/analysis/index.js';
import { type Diagnostic, Diagnostics } from '../../src/diagnostics/index.js';
import { simulate } from '../../src/parallel/simulate.js';
import { type Blueprint, checkWorld, drawBlueprint, World } from '../../src/world/index.js';
import { loadFiles } from '../../src/world/load.node.js';

export const REPOSITORY = resolve(import.meta.dirname, '../..');
export const SCENARIOS = join(REPOSITORY, 'scenarios');

export interface Change {
  /** `PATH=VALUE`, as `--set` takes them. */
  readonly settings?: readonly string[];
  /** Files instead of the scenario's own, relative to the repository. */
  readonly manifests?: readonly string[];
}

export interface Prepared {
  /** Null: something is refused. */
  readonly blueprint: Blueprint | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a shipped scenario as `run` does. */
export function prepare(name: string, { settings = [], manifests }: Change = {}): Prepared {
  const diagnostics = new Diagnostics();
  const scenario = join('scenarios', name, 'scenario.yaml');
  const files = { scenario, manifests: manifests ?? null, overlays: [], settings };
  const loaded = loadFiles({ ...files, cwd: REPOSITORY, stdin: () => '' }, diagnostics);
  if (loaded === null) return { blueprint: null, diagnostics: diagnostics.sorted() };
  const blueprint = drawBlueprint(loaded, diagnostics);
  if (!diagnostics.refuses) checkWorld(new World(blueprint, 0), blueprint, diagnostics);
  return { blueprint: diagnostics.refuses ? null : blueprint, diagnostics: diagnostics.sorted() };
}

/** Plays a shipped scenario. Throws with everything that was found when it is refused. */
export async function reportOf(name: string, change: Change = {}): Promise<Report> {
  const { blueprint, diagnostics } = prepare(name, change);
  if (blueprint === null) throw new Error(diagnostics.map(lineOf).join('\n'));
  const { report } = await simulate(blueprint, {
    version: '0.0.0',
    diagnostics,
    onProgress: () => {},
    signal: new AbortController().signal,
    recruit: () => null,
    rule: null,
  });
  return report;
}

export function lineOf({ file, line, code, message }: Diagnostic): string {
  return `${file}:${line} [${code}] ${message}`;
}

export function trafficOf(report: Report, name: string): TrafficReport {
  return report.traffic.find((traffic) => traffic.name === name)!;
}

/** Calls from a workload to a service, by the workload that ended them. */
export function callsTo(report: Report, source: string, destination: string): Readonly<Record<string, number>> {
  const edges = report.edges.filter((edge) => edge.source === source && edge.destination === destination);
  return Object.fromEntries(edges.map(({ workload, requests }) => [workload ?? 'none', requests]));
}

/** The only row of a call. */
export function edgeOf(report: Report, source: string, workload: string): EdgeReport {
  return report.edges.find((edge) => edge.source === source && edge.workload === workload)!;
}

/** One counter over all rows from a workload to a service. */
export function countOf(report: Report, source: string, destination: string, counter: string): number {
  const edges = report.edges.filter((edge) => edge.source === source && edge.destination === destination);
  return edges.reduce((sum, { counters }) => sum + (counters[counter] ?? 0), 0);
}

/** The success ratio of a source's requests that were meant for [fromSeconds, toSeconds), weighted by their number. */
export function successIn(report: Report, traffic: string, fromSeconds: number, toSeconds: number): number {
  const { stepSeconds } = report.timeline;
  const { ratePerSecond, successRatio } = report.timeline.traffic[traffic]!;
  let requests = 0;
  let succeeded = 0;
  for (let step = fromSeconds / stepSeconds; step < toSeconds / stepSeconds; step++) {
    requests += ratePerSecond[step]!;
    succeeded += ratePerSecond[step]! * (successRatio[step] ?? 0);
  }
  return succeeded / requests;
}
