import { type SweepPoint, sweepPointOf } from '../../analysis/sweep/index.js';
import { GridThreads } from '../../parallel/crew.js';
import { playGrid } from '../../parallel/play-grid.js';
import type { Outside } from '../outside.js';
import { Progress } from '../progress.js';
import { recruitFor } from '../threads-flag.js';
import { packageVersion } from '../version.js';
import type { Plan } from './plan.js';

export interface PlayOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Those that are there already, by number. */
  readonly there: ReadonlyMap<number, SweepPoint>;
  /** Takes a point as soon as it is whole. */
  readonly onPoint: (number: number, point: SweepPoint) => void;
}

/** Plays the points that are not there yet. */
export async function playPoints(
  { grid, scenario, loader }: Plan,
  { threads, signal, there, onPoint }: PlayOptions,
  outside: Outside,
): Promise<void> {
  const progress = new Progress(outside);
  const playing = playGrid({
    points: grid.points.map(({ number }) => number).filter((number) => !there.has(number)),
    replications: scenario.run.replications,
    version: packageVersion(),
    ready: (number) => {
      const { settings, notModelled } = grid.points[number - 1]!;
      return { number, ...loader.load(settings), diagnostics: notModelled };
    },
    onPoint: (number, report, recordings) => {
      const { input, settings } = grid.points[number - 1]!;
      onPoint(number, sweepPointOf(report, recordings, input, settings));
    },
    onProgress: (share) => progress.show(share),
    signal,
    recruit: recruitFor((size) => new GridThreads(size), threads, outside),
  });
  await playing.finally(() => progress.end());
}
