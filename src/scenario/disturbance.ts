import type { Fault, Load, Scenario } from './types.js';

/**
 * The faults that end within the duration, taken together, and the time on either side of them in which nothing else
 * changes: what a mesh was before them can be compared with what it is afterwards. Times from the end of warm-up, ms.
 */
export interface Disturbance {
  /** From when on nothing changed up to the first of them; `firstMs` where something was just changing. */
  readonly calmFromMs: number;
  /** The first of them begins. */
  readonly firstMs: number;
  /** The last of them ends. */
  readonly lastMs: number;
  /** Until when load and mesh are what they were before; `lastMs` where they are not. */
  readonly steadyUntilMs: number;
  /** Until when the mesh is what it was, and no load less than it was. */
  readonly noLessUntilMs: number;
}

/** Null: no fault ends within the duration. */
export function disturbanceOf({ faults, traffic, run }: Scenario): Disturbance | null {
  const { durationMs } = run;
  const ending = faults.filter((fault) => endMs(fault) < durationMs);
  if (ending.length === 0) return null;
  const firstMs = Math.min(...ending.map(({ atMs }) => atMs));
  const lastMs = Math.max(...ending.map(endMs));
  const lasting = faults.filter((fault) => endMs(fault) >= durationMs).map(({ atMs }) => atMs);
  const stays = lasting.some((atMs) => atMs > firstMs && atMs <= lastMs);
  const sameMeshUntilMs = stays ? lastMs : Math.min(durationMs, ...lasting.filter((atMs) => atMs > lastMs));
  const calmFromMs = lasting.filter((atMs) => atMs <= firstMs);
  let [steadyUntilMs, noLessUntilMs] = [sameMeshUntilMs, sameMeshUntilMs];
  for (const { load } of traffic) {
    const slopes = slopesOf(load);
    const now = slopes.findLast(({ fromMs }) => fromMs <= firstMs)!;
    calmFromMs.push(now.isSteady ? now.fromMs : firstMs);
    const later = slopes.filter(({ untilMs }) => untilMs > lastMs);
    const untilEnd = (isLike: (slope: Slope) => boolean) =>
      Math.max(lastMs, later.find((s) => !isLike(s))?.fromMs ?? Infinity);
    steadyUntilMs = Math.min(
      steadyUntilMs,
      untilEnd(({ least, most }) => least === now.most && most === now.most),
    );
    noLessUntilMs = Math.min(
      noLessUntilMs,
      untilEnd(({ least }) => least >= now.most),
    );
  }
  return { calmFromMs: Math.min(firstMs, Math.max(0, ...calmFromMs)), firstMs, lastMs, steadyUntilMs, noLessUntilMs };
}

function endMs({ atMs, forMs }: Fault): number {
  return atMs + forMs;
}

/** A time in which a load stays or changes in a straight line: a rate per second, or a number of users. */
interface Slope {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly least: number;
  readonly most: number;
  readonly isSteady: boolean;
}

/** Without a gap up to Infinity. What a trace replays is taken to be steady: nobody has written what it is. */
function slopesOf(load: Load): readonly Slope[] {
  const slopes: Slope[] = [];
  for (const [durationMs, from, to] of stagesOf(load)) {
    const last = slopes.at(-1);
    const fromMs = last?.untilMs ?? 0;
    const slope = { fromMs, untilMs: fromMs + durationMs, least: Math.min(from, to), most: Math.max(from, to) };
    const isSteady = from === to;
    if (isSteady && last?.isSteady && last.most === from)
      slopes[slopes.length - 1] = { ...last, untilMs: slope.untilMs };
    else if (durationMs > 0) slopes.push({ ...slope, isSteady });
  }
  return slopes;
}

/** After the last one its end stays. */
function stagesOf(load: Load): readonly (readonly [durationMs: number, from: number, to: number])[] {
  if (load.kind === 'replay') return [[Infinity, 0, 0]];
  const stages =
    load.kind === 'open'
      ? load.stages.map(
          ({ durationMs, fromPerSecond, toPerSecond }) => [durationMs, fromPerSecond, toPerSecond] as const,
        )
      : load.stages.map(({ durationMs, fromUsers, toUsers }) => [durationMs, fromUsers, toUsers] as const);
  const end = stages.at(-1)![2];
  return [...stages, [Infinity, end, end]];
}
