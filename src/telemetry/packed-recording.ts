import { Breakdown } from './breakdown.js';
import type { EdgeName } from './edge.js';
import { EdgeRow } from './edge.js';
import type { HistogramCounts } from './histogram.js';
import { MECHANISMS, newVector, type Vector } from './mechanisms.js';
import type { Recording } from './recording.js';
import type { Tally } from './tally.js';
import { TrafficRecorder, type WindowCounts } from './traffic-recorder.js';

type Counts = Tally['counts'];

interface PackedEdge
  extends Pick<EdgeRow, 'calls' | 'succeeded' | 'inFlight' | 'attempts' | 'retries' | 'mirrored' | 'counters'> {
  readonly name: EdgeName;
  readonly latency: HistogramCounts;
  readonly codes: Counts;
  readonly flags: Counts;
}

interface PackedRow {
  readonly name: EdgeName;
  readonly ms: Vector;
}

interface PackedTraffic extends Pick<TrafficRecorder, 'requests' | 'started' | 'inFlight' | 'succeeded' | 'stepMs'> {
  readonly latency: HistogramCounts;
  readonly okLatency: HistogramCounts;
  readonly codes: Counts;
  readonly flags: Counts;
  readonly bandCauses: TrafficRecorder['bandCauses'];
  readonly breakdowns: readonly (readonly PackedRow[] | undefined)[];
  readonly windows: readonly WindowCounts[];
}

/** A recording as nothing but data, as one thread gives it to another. */
export interface PackedRecording extends Omit<Recording, 'traffic' | 'edges'> {
  readonly traffic: readonly PackedTraffic[];
  readonly edges: readonly PackedEdge[];
}

export function packRecording(recording: Recording): PackedRecording {
  return {
    ...recording,
    edges: recording.edges.map(({ codes, flags, ...row }) => ({ ...row, codes: codes.counts, flags: flags.counts })),
    traffic: recording.traffic.map(packTraffic),
  };
}

/** The same recording again, to the last bit. */
export function unpackRecording(packed: PackedRecording): Recording {
  return { ...packed, edges: packed.edges.map(unpackEdge), traffic: packed.traffic.map(unpackTraffic) };
}

function packTraffic(recorder: TrafficRecorder): PackedTraffic {
  const { codes, flags, breakdowns, ...rest } = recorder;
  return { ...rest, codes: codes.counts, flags: flags.counts, breakdowns: breakdowns.map(packBreakdown) };
}

function packBreakdown(breakdown: Breakdown | undefined): readonly PackedRow[] {
  return Array.from({ length: breakdown?.length ?? 0 }, (_, i) => {
    const ms = newVector();
    for (let mechanism = 0; mechanism < MECHANISMS.length; mechanism++) ms[mechanism] = breakdown!.msOf(i, mechanism);
    return { name: breakdown!.row(i).name, ms };
  });
}

function unpackEdge({ name, latency, codes, flags, counters, ...numbers }: PackedEdge): EdgeRow {
  const row = Object.assign(new EdgeRow(name), numbers);
  row.latency.merge(latency);
  row.codes.merge(codes);
  row.flags.merge(flags);
  row.counters.set(counters);
  return row;
}

function unpackTraffic(packed: PackedTraffic): TrafficRecorder {
  const { latency, okLatency, codes, flags, bandCauses, breakdowns, windows, stepMs, ...numbers } = packed;
  const recorder = Object.assign(new TrafficRecorder(windows.length * stepMs, stepMs), numbers);
  recorder.latency.merge(latency);
  recorder.okLatency.merge(okLatency);
  recorder.codes.merge(codes);
  recorder.flags.merge(flags);
  recorder.bandCauses.push(...bandCauses);
  breakdowns.forEach((rows, band) => {
    if (rows === undefined) return;
    const kept = new Breakdown();
    for (const { name, ms } of rows) kept.addRow(new EdgeRow(name), ms);
    recorder.breakdowns[band] = kept;
  });
  windows.forEach((window, i) => void recorder.windows[i]!.merge(window));
  return recorder;
}
