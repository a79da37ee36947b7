import { findingsOf, type Report } from '../analysis/index.js';
import type { Recording } from '../telemetry/index.js';
import { World } from '../world/index.js';
import { describe } from './describe.js';
import { type GridGame, GridLedger, type GridPoint } from './grid-ledger.js';
import type { Recruit } from './helpers.js';
import { playWork } from './play-work.js';

export interface PlayGridOptions {
  /** Those that are to be played, by number, in order. */
  readonly points: readonly number[];
  readonly replications: number;
  /** Readies a point; each is asked for once, when it is about to be played. */
  readonly ready: (number: number) => GridPoint;
  /** What a point gave, as soon as it is whole: some end before others that began earlier. */
  readonly onPoint: (number: number, report: Report, recordings: readonly Recording[]) => void;
  readonly version: string;
  /** Of all points, 0..1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
  readonly recruit: Recruit<GridGame>;
}

/** Plays points: the same reports, whoever played which replication. Rejects when one fails, and says which. */
export async function playGrid(options: PlayGridOptions): Promise<void> {
  const { version, onPoint, signal, recruit } = options;
  const ledger = new GridLedger({
    ...options,
    onPoint: ({ number, blueprint, diagnostics }, recordings) => {
      const report = findingsOf(recordings, describe(blueprint, null, { version, diagnostics, rule: null }));
      onPoint(number, report, recordings);
    },
  });
  const worldOf = ({ point, replication }: GridGame) => new World(point.blueprint, replication);
  await playWork(ledger, { worldOf, signal, recruit });
}
