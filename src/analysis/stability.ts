import { type Recording, Window } from '../telemetry/index.js';
import { isDraining, isGrowing, levelsOf } from './backlog.js';
import { pooledWindows } from './timeline.js';
import { sum, type TrafficSpec } from './traffic-findings.js';
import { isWorse, settledAfter, totalOf, type Yardstick, yardsticksOf } from './yardstick.js';

/** What a mesh is said to do once its faults are over. */
export type StabilityVerdict = 'recovered' | 'degraded' | 'down' | 'undecided';

/** Why a verdict is `undecided`; of several the first. */
export const UNDECIDED_REASONS = ['failingBefore', 'otherLoad', 'draining', 'moving', 'tooLittle', 'disagree'] as const;

export type UndecidedReason = (typeof UNDECIDED_REASONS)[number];

/** Whether something keeps the mesh from being what it was. */
export function isHeld(verdict: StabilityVerdict): boolean {
  return verdict === 'degraded' || verdict === 'down';
}

export interface Judgement {
  readonly verdict: StabilityVerdict;
  /** From the end of the last fault until the mesh was, and stayed, as before; null: it was not. */
  readonly afterSeconds: number | null;
  /** Null: it is decided. */
  readonly reason: UndecidedReason | null;
}

/** Faults that end, and the times on either side of them that can be compared; ms from the end of warm-up. */
export interface DisturbanceSpec {
  readonly calmFromMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly steadyUntilMs: number;
  /** The same for a load that is at least what it was: a mesh that is as before under more has recovered. */
  readonly noLessUntilMs: number;
}

export interface Stability extends Judgement {
  /** By replication, each against what all of them were before. */
  readonly each: readonly Judgement[];
}

/** As few windows as say anything about a state. */
const LEAST_BEFORE = 2;
const LEAST_AFTER = 5;
/** As long it must have been as before when the run ends, in windows, and with as many requests. */
const LEAST_SETTLED = 3;
const LEAST_REQUESTS = 20;
/** Down: so little is left of what succeeded or, of a closed load, of what was sent, */
const DOWN_SHARE = 0.5;
/** or half of the requests take so many times as long as half of them did. */
const DOWN_SLOWER = 10;
/** A mesh that fails more of its requests than this has nothing to return to. */
const WORKS_SHARE = 0.5;
/** It still moves when a share, or relatively the median, changes by more than this from a quarter to the next. */
const MOVES = 0.1;
/** A load of another rate is none to compare with. */
const OTHER_RATE = 0.2;
const OTHER_RATE_DEVIATIONS = 4;

/** What is found, and why nothing is. */
type Outcome = Exclude<StabilityVerdict, 'undecided'> | UndecidedReason;

function judgementOf(outcome: Outcome, afterSeconds: number | null = null): Judgement {
  const reason = UNDECIDED_REASONS.find((each) => each === outcome) ?? null;
  const verdict = outcome === 'recovered' || outcome === 'degraded' || outcome === 'down' ? outcome : 'undecided';
  return { verdict, afterSeconds, reason };
}

/**
 * Whether the mesh returns to its former state after the last fault that ends, from the windows of the timeline: those of
 * all replications together decide, unless a replication by itself says otherwise.
 */
export function stabilityOf(
  recordings: readonly Recording[],
  traffic: readonly TrafficSpec[],
  disturbance: DisturbanceSpec,
): Stability {
  const stepMs = stepOf(recordings);
  const formers = formerStates(recordings, traffic, disturbance);
  const before = span(disturbance, stepMs);
  if (isFailingBefore(formers, recordings, before)) {
    return { ...judgementOf('failingBefore'), each: recordings.map(() => judgementOf('failingBefore')) };
  }
  const judgeAll = (some: readonly Recording[]) => {
    const [steady, noLess] = [disturbance.steadyUntilMs, disturbance.noLessUntilMs].map((untilMs) => {
      const seen = afterOf(disturbance.lastMs, untilMs, some, stepMs);
      return judgeWithin(some, seen);
    });
    return noLess!.verdict === 'recovered' ? noLess! : steady!;
  };
  const judgeWithin = (some: readonly Recording[], { from, until }: Span): Judgement => {
    const sources = formers.flatMap((former, i) => {
      if (former === null) return [];
      const windows = pooledWindows(some.map((recording) => recording.traffic[i]!)).slice(from, until);
      return [{ former, windows, replications: some.length }];
    });
    const { outcome, settled } = judge(sources, until - from);
    const seemsHeld = outcome === 'down' || outcome === 'degraded';
    if (seemsHeld && isDraining(levelsOf(some, before.from, before.until), levelsOf(some, from, until))) {
      return judgementOf('draining');
    }
    if (outcome !== 'recovered') return judgementOf(outcome);
    const atMs = settled === 0 ? disturbance.lastMs : (from + settled) * stepMs;
    return judgementOf('recovered', (atMs - disturbance.lastMs) / 1000);
  };
  const all = judgeAll(recordings);
  const each = recordings.map((recording) => judgeAll([recording]));
  const isContradicted = each.some(({ verdict }) => contradict(all.verdict, verdict));
  return { ...(isContradicted ? judgementOf('disagree') : all), each };
}

/** By source; null: it has sent too little to tell. */
export function formerStates(
  recordings: readonly Recording[],
  traffic: readonly TrafficSpec[],
  disturbance: DisturbanceSpec,
): readonly (Former | null)[] {
  return traffic.map((spec, i) => formerOf(spec, recordings, i, span(disturbance, stepOf(recordings))));
}

function stepOf(recordings: readonly Recording[]): number {
  return recordings[0]!.traffic[0]?.stepMs ?? 1;
}

function contradict(one: StabilityVerdict, other: StabilityVerdict): boolean {
  if (one === 'undecided' || other === 'undecided') return false;
  return (one === 'recovered') !== (other === 'recovered');
}

/** What a source was before the faults. */
export interface FormerState {
  readonly successRatio: number;
  readonly p50Ms: number;
}

interface Former extends FormerState {
  readonly kind: TrafficSpec['kind'];
  readonly yardsticks: readonly Yardstick[];
  /** Requests of one replication in a window. */
  readonly perWindow: number;
}

interface SourceAfter {
  readonly former: Former;
  readonly windows: readonly Window[];
  /** Pooled in the windows. */
  readonly replications: number;
}

interface Span {
  readonly from: number;
  readonly until: number;
}

/** Whole windows; the last one is left out, where there are others: a fault strikes what was sent in it. */
function span({ calmFromMs, firstMs }: DisturbanceSpec, stepMs: number): Span {
  const from = Math.ceil(calmFromMs / stepMs);
  const until = Math.floor(firstMs / stepMs);
  return { from, until: until - from > LEAST_BEFORE ? until - 1 : until };
}

/** Whole windows again, no longer than the shortest of these recordings. */
function afterOf(lastMs: number, untilMs: number, some: readonly Recording[], stepMs: number): Span {
  const endMs = Math.min(untilMs, ...some.map(({ stopped }) => 1000 * (stopped?.atSeconds ?? Infinity)));
  const count = some[0]!.traffic[0]?.windows.length ?? 0;
  const from = Math.ceil(lastMs / stepMs);
  const until = endMs > (count - 1) * stepMs ? count : Math.floor(endMs / stepMs); // the run's last one may be shorter
  return { from, until: Math.max(from, until) };
}

/** Null: it has sent too little to tell. */
function formerOf(
  { kind }: TrafficSpec,
  recordings: readonly Recording[],
  source: number,
  { from, until }: Span,
): Former | null {
  const groups = recordings.map(({ traffic }) => traffic[source]!.windows.slice(from, until));
  const pooled = mergedOf(groups.flat());
  if (until - from < LEAST_BEFORE || pooled.arrived < LEAST_REQUESTS || pooled.latency.count === 0) return null;
  return {
    kind,
    yardsticks: yardsticksOf(groups),
    successRatio: pooled.succeeded / pooled.arrived,
    p50Ms: pooled.latency.quantileMs(0.5)!,
    perWindow: pooled.arrived / recordings.length / (until - from),
  };
}

/** Whether most of what it is asked for fails, over all sources, or ever more waits, without any fault. */
function isFailingBefore(formers: readonly (Former | null)[], recordings: readonly Recording[], before: Span): boolean {
  const known = formers.flatMap((former) => former ?? []);
  const arrived = sum(known.map(({ perWindow }) => perWindow));
  const succeeded = sum(known.map(({ perWindow, successRatio }) => perWindow * successRatio));
  return succeeded < WORKS_SHARE * arrived || isGrowing(levelsOf(recordings, before.from, before.until));
}

function judge(sources: readonly SourceAfter[], count: number): { outcome: Outcome; settled: number } {
  if (sources.length === 0 || count < LEAST_AFTER) return { outcome: 'tooLittle', settled: 0 };
  const settled = Math.max(...sources.map(sourceSettledAfter));
  if (count - settled >= LEAST_SETTLED && sources.every((source) => hasSent(source, settled))) {
    const isLess = sources.some(
      ({ former, windows, replications }) => rateChange(former, windows.slice(settled), replications) < 0,
    );
    return isLess ? { outcome: 'otherLoad', settled: 0 } : { outcome: 'recovered', settled };
  }
  const quarter = Math.max(LEAST_SETTLED, Math.floor(count / 4));
  const outcomes = sources.map((source) => tailOutcome(source, quarter));
  const worst = (['down', ...UNDECIDED_REASONS, 'degraded'] as const).find((outcome) => outcomes.includes(outcome));
  return { outcome: worst ?? 'tooLittle', settled: 0 };
}

function sourceSettledAfter({ former, windows, replications }: SourceAfter): number {
  const all = former.yardsticks.map((yardstick) => settledAfter(yardstick, windows));
  if (former.kind === 'open') return Math.max(...all);
  const least = DOWN_SHARE * former.perWindow * replications;
  const sends = { worse: ({ arrived }: Window) => least - arrived, of: () => 0, allowed: 0, dispersion: 1 };
  return Math.max(...all, settledAfter(sends, windows));
}

function hasSent({ windows }: SourceAfter, from: number): boolean {
  return mergedOf(windows.slice(from)).arrived >= LEAST_REQUESTS;
}

/** What it settled to, by the last windows: `recovered` here says that nothing is wrong with this source. */
function tailOutcome({ former, windows, replications }: SourceAfter, quarter: number): Outcome {
  const last = windows.slice(-quarter);
  const tail = mergedOf(last);
  const { arrived, succeeded } = tail;
  const isQuiet = former.kind === 'closed' && arrived <= DOWN_SHARE * former.perWindow * replications * last.length;
  if (isQuiet) return 'down';
  const isBad = former.yardsticks.some((yardstick) => halvesOf(last).every((half) => isWorse(yardstick, half)));
  const isGood = former.yardsticks.every((yardstick) => settledAfter(yardstick, windows) <= windows.length - quarter);
  if (!isBad) return isGood ? 'recovered' : 'moving';
  if (arrived < LEAST_REQUESTS) return 'tooLittle';
  if (rateChange(former, last, replications) !== 0) return 'otherLoad';
  const earlier = windows.slice(-2 * quarter, -quarter);
  const trend = trendOf(former, earlier, last);
  if (trend === 'improves') return 'moving';
  const isDown =
    succeeded / arrived <= DOWN_SHARE * former.successRatio ||
    tail.latency.quantileMs(0.5)! >= DOWN_SLOWER * former.p50Ms;
  if (isDown) return 'down';
  return trend === 'worsens' ? 'moving' : 'degraded';
}

/** What is bad by a single window is not settled; the whole where halves are too short. */
function halvesOf(windows: readonly Window[]): readonly (readonly Window[])[] {
  const middle = Math.floor(windows.length / 2);
  return middle < LEAST_SETTLED ? [windows] : [windows.slice(0, middle), windows.slice(middle)];
}

function trendOf(
  { yardsticks, p50Ms }: Former,
  earlier: readonly Window[],
  last: readonly Window[],
): 'improves' | 'worsens' | 'stays' {
  const [was, is] = [mergedOf(earlier), mergedOf(last)];
  if (was.arrived === 0) return 'stays';
  const changes = yardsticks.map((yardstick) => {
    const [a, b] = [totalOf(yardstick, earlier), totalOf(yardstick, last)];
    return b.worse / b.of - a.worse / a.of;
  });
  const medianMs = is.latency.quantileMs(0.5)!;
  const formerly = was.latency.quantileMs(0.5)!;
  if (Math.max(medianMs, formerly) > 2 * p50Ms) changes.push(medianMs / formerly - 1);
  if (changes.some((change) => change < -MOVES)) return 'improves';
  return changes.some((change) => change > MOVES) ? 'worsens' : 'stays';
}

/** Whether an open load is less (-1) or more (1) than it was, as what is replayed may be; 0: neither. */
function rateChange({ kind, perWindow }: Former, windows: readonly Window[], replications: number): number {
  if (kind === 'closed') return 0;
  const expected = perWindow * replications * windows.length;
  const change = mergedOf(windows).arrived - expected;
  const least = Math.max(OTHER_RATE * expected, OTHER_RATE_DEVIATIONS * Math.sqrt(expected));
  return Math.abs(change) > least ? Math.sign(change) : 0;
}

function mergedOf(windows: readonly Window[]): Window {
  const sum = new Window();
  for (const window of windows) sum.merge(window);
  return sum;
}
