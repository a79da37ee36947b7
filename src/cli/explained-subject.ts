import { type Mesh, type Workload, workloadName } from '../mesh/index.js';
import { renderLintJson } from '../report/json.js';
import type { Scenario } from '../scenario/index.js';
import { type Blueprint, localityOf } from '../world/index.js';
import { namesScenario } from './input-kind.js';
import { readManifests } from './manifests-input.js';
import type { Outside } from './outside.js';
import { prepare } from './prepare.js';
import { tellDiagnostics } from './show-diagnostics.js';
import { UsageError, unknownWord } from './usage.js';

/** What is to be explained; `scenario` is null when manifests alone were given. */
export interface Subject {
  readonly mesh: Mesh;
  readonly scenario: Scenario | null;
  /** `region/zone/subzone` of a pod, empty when nobody says. */
  localityOf(workload: Workload, ordinal: number): string;
}

export interface SubjectFlags {
  readonly path: string;
  readonly with?: readonly string[] | undefined;
  readonly 'istio-version': string;
  readonly format: string;
}

/** Null when it is refused, which is told. */
export function subjectOf(flags: SubjectFlags, outside: Outside): Subject | null {
  const { subject, diagnostics, base } = loaded(flags, outside);
  if (subject !== null && !diagnostics.refuses) return subject;
  const found = diagnostics.sorted();
  tellDiagnostics(found, base, outside);
  if (flags.format === 'json') outside.out(renderLintJson({ diagnostics: found }));
  return null;
}

/** The workload named `from`; without a name the first one in the mesh. Throws UsageError when there is none. */
export function callerOf(mesh: Mesh, from: string | undefined): Workload {
  const { workloads } = mesh;
  if (from === undefined) {
    const first = workloads.find(({ proxy, role }) => proxy !== null && role === 'app') ?? workloads[0];
    if (first === undefined) throw new UsageError('there is no workload in these manifests');
    return first;
  }
  const found = workloads.find((workload) => workloadName(workload) === from);
  if (found === undefined) throw unknownWord('workload', from, workloads.map(workloadName));
  return found;
}

/** Infinity has no number in JSON: limits that are not set are the text "unlimited". */
export function json(value: unknown): string {
  return `${JSON.stringify(value, (_, each: unknown) => (each === Infinity ? 'unlimited' : each), 2)}\n`;
}

function loaded({ path, with: overlays = [], 'istio-version': istioVersion }: SubjectFlags, outside: Outside) {
  if (namesScenario(path, outside)) {
    const { blueprint, ...rest } = prepare({ scenario: path, manifests: null, overlays, settings: [] }, outside);
    return { ...rest, subject: blueprint && subjectIn(blueprint) };
  }
  const { mesh, diagnostics } = readManifests([path, ...overlays], istioVersion, outside);
  return {
    subject: { mesh, scenario: null, localityOf: (workload: Workload) => localityOf(workload, '') },
    diagnostics,
    base: outside.cwd,
  };
}

function subjectIn({ mesh, scenario, stationOf, zones }: Blueprint): Subject {
  const zoneOf = (workload: Workload, ordinal: number) => zones[stationOf.get(workload)?.podZones[ordinal] ?? -1] ?? '';
  return { mesh, scenario, localityOf: (workload, ordinal) => localityOf(workload, zoneOf(workload, ordinal)) };
}
