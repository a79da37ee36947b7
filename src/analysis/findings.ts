import type { Diagnostic } from '../diagnostics/index.js';
import type { Recording } from '../telemetry/index.js';
import { causesOf, type Reach } from './cause-findings.js';
import { edgeReports } from './edge-findings.js';
import { failuresOf } from './failure-findings.js';
import { judgeObjectives, type ObjectiveSpec } from './objectives.js';
import { type PrecisionTarget, precisionOf } from './precision.js';
import type { Report, TimelineMark } from './report-document.js';
import type { DisturbanceSpec } from './stability.js';
import { stabilityReport } from './stability-findings.js';
import { timelineOf } from './timeline.js';
import { type TrafficSpec, trafficReport } from './traffic-findings.js';
import { capacityOf, workloadReports } from './workload-findings.js';

/** How codes and flags, which the data plane keeps as numbers, are written. */
export interface Naming {
  code(status: number): string;
  flags(bits: number): readonly string[];
}

/** What a report says beside what was seen. */
export interface RunDescription {
  readonly version: string;
  readonly scenario: string;
  readonly seed: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  readonly stepSeconds: number;
  readonly traffic: readonly TrafficSpec[];
  readonly objectives: readonly ObjectiveSpec[];
  readonly marks: readonly TimelineMark[];
  readonly diagnostics: readonly Diagnostic[];
  readonly naming: Naming;
  readonly reach: Reach;
  /** The faults that end; null: none does. */
  readonly disturbance: DisturbanceSpec | null;
  /** How narrow intervals were asked to be; null: nobody asked. */
  readonly precision: readonly PrecisionTarget[] | null;
}

/** What the recordings mean. They come in order of replication; at least one. */
export function findingsOf(recordings: readonly Recording[], run: RunDescription): Report {
  const traffic = run.traffic.map((spec, index) =>
    trafficReport(
      spec,
      recordings.map((recording) => recording.traffic[index]!),
      recordings.map(({ observedMs }) => observedMs),
      run.naming,
    ),
  );
  const edges = edgeReports(recordings, run.naming);
  return {
    schema: 'drymesh.dev/report/v1',
    drymesh: { version: run.version },
    scenario: { name: run.scenario },
    seed: run.seed,
    replications: recordings.length,
    simulatedSeconds: (run.warmupMs + run.durationMs) / 1000,
    warmupSeconds: run.warmupMs / 1000,
    complete: !run.diagnostics.some(({ code }) => code === 'not-modelled'),
    stopped: recordings.find(({ stopped }) => stopped !== null)?.stopped ?? null,
    engine: {
      events: recordings.reduce((sum, { events }) => sum + events, 0),
      hops: recordings.reduce((sum, { hops }) => sum + hops, 0),
    },
    traffic,
    edges,
    workloads: workloadReports(recordings),
    capacity: capacityOf(recordings),
    objectives: judgeObjectives(run.objectives, traffic),
    timeline: timelineOf(run, recordings),
    causes: causesOf(traffic, recordings, run.reach),
    failures: failuresOf(traffic, edges, recordings, run.reach),
    precision: run.precision && precisionOf(run.precision, traffic),
    stability: run.disturbance && stabilityReport(recordings, run, run.disturbance),
    diagnostics: run.diagnostics,
  };
}
