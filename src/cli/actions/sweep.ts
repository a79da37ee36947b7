import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type NumberedPoint, type Sweep, type SweepPoint, sweepOf, sweepPointOf } from '../../analysis/sweep/index.js';
import type { Diagnostic } from '../../diagnostics/index.js';
import { GridThreads } from '../../parallel/crew.js';
import { playGrid } from '../../parallel/play-grid.js';
import { renderLintJson } from '../../report/json.js';
import { renderSweepJson } from '../../report/sweep/json.js';
import { renderSweepMarkdown } from '../../report/sweep/markdown.js';
import { renderSweepText } from '../../report/sweep/text.js';
import { COLOUR, PLAIN } from '../../report/text/index.js';
import type { Scenario } from '../../scenario/index.js';
import type { SweepFlags } from '../commands/sweep.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { Progress } from '../progress.js';
import { settingsOf } from '../setting-flags.js';
import { shellWords } from '../shell-words.js';
import { showDiagnostics } from '../show-diagnostics.js';
import { type CheckedGrid, checkGrid } from '../sweep/check-grid.js';
import { type Axis, axesOf, pointCount } from '../sweep/grid.js';
import { PointLoader } from '../sweep/point-loader.js';
import { type Kept, PointsFile } from '../sweep/points-file.js';
import { withPoints } from '../sweep/tell.js';
import { writeSweep } from '../sweep/write-sweep.js';
import { packageVersion } from '../version.js';
import { threadsOf } from '../workers-flag.js';
import { refusalOf } from '../write-file.js';
import { unwritable } from '../write-report.js';

/** A grid that is over sooner is played before other threads could begin. */
const PATIENCE_MS = 200;

/** To check fewer takes no time worth a word. */
const MANY_POINTS = 50;

/** What is to be played, and where its results go. */
interface Plan {
  readonly axes: readonly Axis[];
  readonly grid: CheckedGrid;
  readonly scenario: Scenario;
  readonly loader: PointLoader;
  readonly folder: string;
}

export async function sweep(flags: SweepFlags, outside: Outside, typed: readonly string[]): Promise<ExitCode> {
  const threads = flags.workers === undefined ? outside.cores : threadsOf(flags.workers);
  const axes = axesOf(flags.vary ?? []);
  const interrupt = new AbortController();
  const stopHearing = outside.onInterrupt(() => interrupt.abort());
  try {
    const plan = await planOf(flags, axes, outside, interrupt.signal);
    if (plan !== null) return await playAndTell(plan, { threads, format: flags.format, typed, interrupt }, outside);
    if (!interrupt.signal.aborted) return EXIT.refused;
    outside.err(`Interrupted before a point was played. To begin again: drymesh ${shellWords(typed)}\n`);
    return EXIT.interrupted;
  } finally {
    stopHearing();
  }
}

/** Reads and checks every point, and says what was found; null when any is refused, or when it was interrupted. */
async function planOf(
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
  showDiagnostics(told, { write: (text) => outside.err(text), cwd: outside.cwd, base: loader.base, allInfos: false });
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

/** Standard input can be read once, and every point may want it. */
function withOneStdin(outside: Outside): Outside {
  let text: string | null = null;
  const stdin = () => {
    text ??= outside.stdin();
    return text;
  };
  return { ...outside, stdin };
}

interface Way {
  readonly threads: number;
  readonly format: SweepFlags['format'];
  readonly typed: readonly string[];
  readonly interrupt: AbortController;
}

async function playAndTell(plan: Plan, way: Way, outside: Outside): Promise<ExitCode> {
  const { grid, scenario, folder } = plan;
  const { seed, replications } = scenario.run;
  const file = new PointsFile(folder);
  let lost: string | null = null;
  const attempt = (write: () => void) => {
    try {
      write();
    } catch (error) {
      lost ??= refusalOf(error);
      way.interrupt.abort();
    }
  };
  const points = new Map<number, SweepPoint>(); // by number
  attempt(() => {
    const kept = file.open(grid.points, { version: packageVersion(), seed, replications });
    for (const [number, point] of kept.points) points.set(number, point);
    announce(plan, kept, outside);
  });
  await play(plan, way, points, outside, (number, point) => {
    points.set(number, point);
    attempt(() => file.add(number, point));
  });
  attempt(() => file.rewrite());
  const result = points.size === 0 ? null : resultOf(plan, points);
  if (result !== null) {
    lost ??= await writeSweep(folder, result).then(() => null, refusalOf);
    print(result, way.format, outside);
  }
  if (lost !== null) {
    outside.err(`The results could not be written to ${folder}: ${lost}\n`);
    return EXIT.refused;
  }
  return tell(plan, result, way.typed, outside);
}

function announce({ grid, scenario }: Plan, { points, aside, isCut }: Kept, outside: Outside): void {
  const { durationMs, warmupMs, seed, replications } = scenario.run;
  if (aside !== null) outside.err(`points.jsonl ${aside.why}: it is now ${aside.file}, and all is played afresh\n`);
  if (isCut) outside.err('The last line of points.jsonl was cut off: its point is played again\n');
  const there = points.size === 0 ? '' : `; ${points.size} of the points are there already`;
  const size = `${grid.points.length} points x ${replications} x ${(warmupMs + durationMs) / 1000} s`;
  outside.err(`Sweeping ${scenario.name}: ${size}, seed ${seed}${there}\n`);
}

/** Plays the points that are not there yet. */
async function play(
  { grid, scenario, loader }: Plan,
  { threads, interrupt }: Way,
  there: ReadonlyMap<number, SweepPoint>,
  outside: Outside,
  onPoint: (number: number, point: SweepPoint) => void,
): Promise<void> {
  const startMs = outside.clockMs();
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
    signal: interrupt.signal,
    recruit: (most) => {
      const isWorthIt = threads > 1 && outside.clockMs() - startMs >= PATIENCE_MS;
      return isWorthIt ? new GridThreads(Math.min(threads - 1, most)) : null;
    },
  });
  await playing.finally(() => progress.end());
}

function resultOf({ axes, grid, scenario }: Plan, points: ReadonlyMap<number, SweepPoint>): Sweep {
  const whole: NumberedPoint[] = [...points]
    .map(([number, point]) => ({ number, ...point }))
    .sort((a, b) => a.number - b.number);
  const { seed, replications } = scenario.run;
  return sweepOf(whole, {
    version: packageVersion(),
    scenario: scenario.name,
    seed,
    replications,
    axes,
    pointsTotal: grid.points.length,
    diagnostics: grid.diagnostics,
  });
}

function print(result: Sweep, format: SweepFlags['format'], outside: Outside): void {
  const colour = outside.stdoutIsTerminal && !outside.env.NO_COLOR;
  if (format === 'json') outside.out(renderSweepJson(result));
  else if (format === 'markdown') outside.out(renderSweepMarkdown(result));
  else outside.out(renderSweepText(result, colour ? COLOUR : PLAIN));
}

/** Where the results lie, and what gives them again or goes on with them. */
function tell({ grid, folder }: Plan, result: Sweep | null, typed: readonly string[], outside: Outside): ExitCode {
  const again = `drymesh ${shellWords(typed)}`;
  const done = result?.points.length ?? 0;
  if (result !== null) outside.err(`\nResults: ${pathToFileURL(join(folder, 'sweep.html'))}\n`);
  if (done < grid.points.length) {
    outside.err(`Interrupted: ${done} of ${grid.points.length} points are whole. To go on: ${again}\n`);
    return EXIT.interrupted;
  }
  outside.err(`The same again: ${again}\n`);
  return result!.choice.best === null ? EXIT.failed : EXIT.done;
}
