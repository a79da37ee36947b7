import { type Recording, type TrafficRecorder, Window } from '../telemetry/index.js';
import type { RunDescription } from './findings.js';
import type { Report, TimelineSeries } from './report-document.js';

/** Points group requests by intended arrival, replications pooled. */
export function timelineOf(run: RunDescription, recordings: readonly Recording[]): Report['timeline'] {
  const entries = run.traffic.map(({ name }, index) => [name, series(index, run, recordings)] as const);
  return {
    startSeconds: 0,
    stepSeconds: run.stepSeconds,
    traffic: Object.fromEntries(entries),
    marks: run.marks,
  };
}

/** Step by step, what all replications of a source saw. */
export function pooledWindows(recorders: readonly TrafficRecorder[]): readonly Window[] {
  return recorders[0]!.windows.map((_, step) => {
    const pooled = new Window();
    for (const { windows } of recorders) pooled.merge(windows[step]!);
    return pooled;
  });
}

function series(index: number, run: RunDescription, recordings: readonly Recording[]): TimelineSeries {
  const windows = pooledWindows(recordings.map(({ traffic }) => traffic[index]!));
  const seconds = (step: number) => Math.min(run.stepSeconds, run.durationMs / 1000 - step * run.stepSeconds);
  return {
    ratePerSecond: windows.map(({ arrived }, step) => arrived / recordings.length / seconds(step)),
    successRatio: windows.map(({ arrived, succeeded }) => (arrived === 0 ? null : succeeded / arrived)),
    p50Ms: windows.map(({ latency }) => latency.quantileMs(0.5)),
    p99Ms: windows.map(({ latency }) => latency.quantileMs(0.99)),
  };
}
