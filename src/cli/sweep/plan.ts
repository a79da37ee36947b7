import { join, resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics/index.js';
import { renderLintJson } from '../../report/json.js';
import type { Scenario } from '../../scenario/index.js';
import type { SweepFlags } from '../commands/sweep.js';
import { withOneStdin } from '../one-stdin.js';
import type { Outside } from '../outside.js';
import { Progress } from '../progress.js';
import { settingsOf } from '../setting-flags.js';
import { tellDiagnostics } from '../show-diagnostics.js';
import { unwritable } from '../write-report.js';
import { type CheckedGrid, checkGrid } from './check-grid.js';
import { type Axis, pointCount } from './grid.js';
import { PointLoader } from './point-loader.js';
import { withPoints } from './tell.js';

/** To check fewer takes no time worth a word. */
const MANY_POINTS = 50;

/** What is to be played, and where its results go. */
export interface Plan {
  readonly axes: readonly Axis[];
  readonly grid: CheckedGrid;
  readonly scenario: Scenario;
  readonly loader: PointLoader;
  readonly folder: string;
}

/** Reads and checks every point, and says what was found; null when any is refused, or when it was interrupted. */
export async function planOf(
  flags: SweepFlags,
  axes: readonly Axis[],
  outside: Outside,
  signal: AbortSignal,
): Promise<Plan | null> {
  const { settings, atFlag } = flagsOf(flags);
  const { scenario: path, manifests = null, with: overlays = [], out } = flags;
  const loader = new PointLoader({ scenario: path, manifests, overlays, settings }, withOneStdin(outside));
  const points = pointCount(axes);
  if (points >= MANY_POINTS) outside.err(`Checking ${points} points\n`);
  const progress = new Progress(outside);
  const onProgress = (share: number) => progress.show(share);
  const checking = checkGrid(axes, loader, { atFlag, onProgress, signal });
  const grid = await checking.finally(() => progress.end());
  if (signal.aborted) return null;
  const written = out ?? join('reports', `${grid.scenario?.name ?? ''}-sweep`);
  const folder = resolve(outside.cwd, written);
  const obstacle = grid.points.length === 0 ? null : unwritable(folder, written);
  const told = [...withPoints(grid.diagnostics, axes), ...(obstacle === null ? [] : [obstacle])];
  tellDiagnostics(told, loader.base, outside);
  if (grid.points.length > 0 && obstacle === null) return { axes, grid, scenario: grid.scenario!, loader, folder };
  if (flags.format === 'json') outside.out(renderLintJson({ diagnostics: told }));
  return null;
}

/** What is set at every point; what is varied follows it, and is found again as the nth `--vary`. */
function flagsOf(flags: SweepFlags): ReturnType<typeof settingsOf> {
  const { settings, atFlag } = settingsOf(flags);
  const atVary = (diagnostic: Diagnostic) => {
    const { file, line } = diagnostic;
    if (file !== '--set' || line <= settings.length) return atFlag(diagnostic);
    return { ...diagnostic, file: '--vary', line: line - settings.length };
  };
  return { settings, atFlag: atVary };
}
