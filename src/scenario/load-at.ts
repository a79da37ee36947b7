import type { Load, RateStage, UserStage } from './types.js';

/** Requests per second, or users, at a time in ms from the end of warm-up; null: nobody has written it, it is replayed. */
export function loadAt(load: Load, timeMs: number): number | null {
  switch (load.kind) {
    case 'open':
      return along(
        load.stages.map(({ durationMs, fromPerSecond, toPerSecond }: RateStage) => [
          durationMs,
          fromPerSecond,
          toPerSecond,
        ]),
        timeMs,
      );
    case 'closed':
      return along(
        load.stages.map(({ durationMs, fromUsers, toUsers }: UserStage) => [durationMs, fromUsers, toUsers]),
        timeMs,
      );
    case 'replay':
      return null;
  }
}

/** The same load without stages: so much all the time. Users are whole, and one at least. */
export function steadyLoad(load: Exclude<Load, { kind: 'replay' }>, size: number): Load {
  if (load.kind === 'open') {
    return { ...load, stages: [{ durationMs: Infinity, fromPerSecond: size, toPerSecond: size }] };
  }
  const users = Math.max(1, Math.round(size));
  return { ...load, stages: [{ durationMs: Infinity, fromUsers: users, toUsers: users }] };
}

/** In straight lines; after the last one its end stays. */
function along(stages: readonly (readonly [durationMs: number, from: number, to: number])[], timeMs: number): number {
  let fromMs = 0;
  for (const [durationMs, from, to] of stages) {
    if (from === to && timeMs < fromMs + durationMs) return from;
    if (timeMs < fromMs + durationMs) return from + ((to - from) * (timeMs - fromMs)) / durationMs;
    fromMs += durationMs;
  }
  return stages.at(-1)![2];
}
