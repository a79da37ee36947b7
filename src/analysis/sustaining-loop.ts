import { compareText } from '../diagnostics/index.js';
import { COUNTER, type EdgeMeter, type Recording } from '../telemetry/index.js';
import type { Reach } from './cause-findings.js';
import { edgeKey } from './edge-key.js';
import type { DisturbanceSpec } from './stability.js';
import { sum } from './traffic-findings.js';

export type LoopMechanism =
  | 'retries x timeouts'
  | 'retries x overflow'
  | 'retries x failures'
  | 'repeated calls x failures'
  | 'timeouts';

/** What keeps a mesh from returning to its former state, as far as counters tell, by what followed the last fault. */
export interface SustainingLoop {
  readonly edge: { readonly source: string; readonly destination: string };
  readonly mechanism: LoopMechanism;
  readonly attemptsPerCall: number;
  /** Calls for each request of the sources, by as many as there were before; null: there were none. */
  readonly callsGrowth: number | null;
  /** Of the attempts (of `repeated calls`: of the calls): how many end as the mechanism says, 0..1. */
  readonly failing: number;
  /** Where what makes it so is written, as far as it is. */
  readonly settings: readonly { readonly file: string; readonly line: number }[];
}

/** From here on work is repeated, and attempts fail, often enough to speak of it. */
const REPEATED = 1.2;
const OFTEN = 0.2;

/** Null: nothing is repeated, and nothing timed out. */
export function sustainingLoop(
  recordings: readonly Recording[],
  disturbance: DisturbanceSpec,
  reach: Reach,
): SustainingLoop | null {
  const flows = flowsOf(recordings, disturbance);
  const found =
    most(flows.filter(isRetried), ({ attempts, calls }) => attempts - calls) ??
    most(flows.filter(isRepeated), ({ calls, callsGrowth }) => calls * (1 - 1 / callsGrowth!)) ??
    most(flows.filter(isLate), ({ timeouts }) => timeouts);
  if (found === null) return null;
  const { source, destination, attempts, calls, callsGrowth } = found;
  const [mechanism, failing] = mechanismOf(found);
  const places = (['retry', 'timeoutWait'] as const).flatMap((each) => {
    const place = reach.writtenAt({ source, destination, workload: null }, each);
    return place === null ? [] : [{ file: place.file, line: place.line }];
  });
  const settings = places.filter(
    ({ file, line }, i) => places.findIndex((p) => p.file === file && p.line === line) === i,
  );
  return {
    edge: { source, destination },
    mechanism,
    attemptsPerCall: attempts / calls,
    callsGrowth,
    failing,
    settings,
  };
}

/** `retries x timeouts on storefront → stock: 4.0 attempts a call, 98 % time out (stock.yaml:38)` */
export function loopText({ edge, mechanism, attemptsPerCall, callsGrowth, failing, settings }: SustainingLoop): string {
  const percent = `${failing < 1 ? Math.min(99, Math.round(100 * failing)) : 100} %`;
  const repeated =
    mechanism === 'repeated calls x failures'
      ? `${callsGrowth!.toFixed(1)} times as many calls for a request as before, `
      : mechanism === 'timeouts'
        ? ''
        : `${attemptsPerCall.toFixed(1)} attempts a call, `;
  const places = settings.map(({ file, line }) => `${file}:${line}`).join(', ');
  const written = places === '' ? '' : ` (${places})`;
  return `${mechanism} on ${edge.source} → ${edge.destination}: ${repeated}${percent} ${ENDING[mechanism]}${written}`;
}

const ENDING: Readonly<Record<LoopMechanism, string>> = {
  'retries x timeouts': 'time out',
  'retries x overflow': 'meet a limit',
  'retries x failures': 'of the calls fail',
  'repeated calls x failures': 'of them fail',
  timeouts: 'of the attempts time out',
};

/** What went along an edge after the faults, over all replications. */
interface Flow {
  readonly source: string;
  readonly destination: string;
  readonly calls: number;
  readonly failedShare: number;
  readonly attempts: number;
  readonly timeouts: number;
  readonly overflows: number;
  readonly callsGrowth: number | null;
}

function isRetried({ attempts, calls }: Flow): boolean {
  return calls > 0 && attempts / calls >= REPEATED;
}

function isRepeated({ calls, callsGrowth, failedShare }: Flow): boolean {
  return calls > 0 && callsGrowth !== null && callsGrowth >= REPEATED && failedShare >= OFTEN;
}

function isLate({ attempts, timeouts }: Flow): boolean {
  return attempts > 0 && timeouts / attempts >= OFTEN;
}

function mechanismOf(flow: Flow): readonly [mechanism: LoopMechanism, failing: number] {
  const { attempts, timeouts, overflows, failedShare } = flow;
  if (!isRetried(flow)) {
    return isRepeated(flow) ? ['repeated calls x failures', failedShare] : ['timeouts', timeouts / attempts];
  }
  if (timeouts >= overflows && timeouts / attempts >= OFTEN) return ['retries x timeouts', timeouts / attempts];
  if (overflows / attempts >= OFTEN) return ['retries x overflow', Math.min(1, overflows / attempts)];
  return ['retries x failures', failedShare];
}

function flowsOf(recordings: readonly Recording[], { firstMs, lastMs }: DisturbanceSpec): readonly Flow[] {
  const around = recordings.flatMap(({ aroundFaults }) => aroundFaults ?? []);
  const before = byEdge(around.flatMap((seen) => seen.before));
  const after = byEdge(around.flatMap((seen) => seen.after));
  const requests = {
    before: arrivedIn(recordings, 0, firstMs),
    after: arrivedIn(recordings, lastMs, Infinity),
  };
  return [...after.values()]
    .map(({ key, meters }) => {
      const { source, destination } = meters[0]!.name;
      const calls = sum(meters.map((meter) => meter.calls));
      const formerly = sum((before.get(key)?.meters ?? []).map((meter) => meter.calls)) / requests.before;
      const count = (...names: readonly (keyof typeof COUNTER)[]) =>
        sum(meters.flatMap(({ counters }) => names.map((name) => counters[COUNTER[name]]!)));
      return {
        source,
        destination,
        calls,
        failedShare: calls === 0 ? 0 : 1 - sum(meters.map(({ succeeded }) => succeeded)) / calls,
        attempts: sum(meters.map(({ attempts }) => attempts)),
        timeouts: count('upstream_rq_timeout', 'upstream_rq_per_try_timeout'),
        overflows: count('upstream_rq_pending_overflow', 'upstream_rq_active_overflow', 'upstream_cx_overflow'),
        callsGrowth: formerly > 0 && requests.after > 0 ? calls / requests.after / formerly : null,
      };
    })
    .sort((a, b) => compareText(a.source, b.source) || compareText(a.destination, b.destination));
}

function byEdge(meters: readonly EdgeMeter[]) {
  const edges = new Map<string, { readonly key: string; readonly meters: EdgeMeter[] }>();
  for (const meter of meters) {
    const key = edgeKey(meter.name);
    const edge = edges.get(key) ?? { key, meters: [] };
    edges.set(key, edge);
    edge.meters.push(meter);
  }
  return edges;
}

/** Requests of all sources that were meant for the windows that begin in this time. */
function arrivedIn(recordings: readonly Recording[], fromMs: number, untilMs: number): number {
  const recorders = recordings.flatMap(({ traffic }) => traffic);
  return sum(
    recorders.flatMap(({ windows, stepMs }) =>
      windows.filter((_, i) => i * stepMs >= fromMs && i * stepMs < untilMs).map(({ arrived }) => arrived),
    ),
  );
}

function most<T>(all: readonly T[], size: (item: T) => number): T | null {
  let found: T | null = null;
  for (const item of all) if (found === null || size(item) > size(found)) found = item;
  return found;
}
