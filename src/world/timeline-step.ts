const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const MOST_POINTS = 600;

/** The smallest step of the timeline that gives at most 600 points. */
export function stepSeconds(durationSeconds: number): number {
  const step = STEPS_SECONDS.find((seconds) => durationSeconds / seconds <= MOST_POINTS);
  if (step !== undefined) return step;
  return 600 * Math.ceil(durationSeconds / MOST_POINTS / 600);
}
