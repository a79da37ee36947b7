import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type NumberedPoint, type Sweep, type SweepPoint, sweepOf } from '../../analysis/sweep/index.js';
import { renderSweepJson } from '../../report/sweep/json.js';
import { renderSweepMarkdown } from '../../report/sweep/markdown.js';
import { renderSweepText } from '../../report/sweep/text.js';
import type { SweepFlags } from '../commands/sweep.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { shellWords } from '../shell-words.js';
import { styleOf } from '../style.js';
import { axesOf } from '../sweep/grid.js';
import { type Plan, planOf } from '../sweep/plan.js';
import { playPoints } from '../sweep/play-points.js';
import { type Kept, PointsFile } from '../sweep/points-file.js';
import { writeSweep } from '../sweep/write-sweep.js';
import { threadsOf } from '../threads-flag.js';
import { packageVersion } from '../version.js';
import { refusalOf } from '../write-file.js';

export async function sweep(flags: SweepFlags, outside: Outside, typed: readonly string[]): Promise<ExitCode> {
  const threads = threadsOf(flags.workers, outside);
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

interface Way {
  readonly threads: number;
  readonly format: SweepFlags['format'];
  readonly typed: readonly string[];
  readonly interrupt: AbortController;
}

async function playAndTell(plan: Plan, way: Way, outside: Outside): Promise<ExitCode> {
  const { grid, scenario, loader, folder } = plan;
  const { seed, replications } = scenario.run;
  const file = new PointsFile(folder);
  let kept: Kept;
  try {
    kept = file.open(
      grid.points,
      { version: packageVersion(), seed, replications },
      (settings) => loader.check(settings).input,
    );
  } catch (error) {
    return tellLost(folder, refusalOf(error), outside); // what is there stays as it is
  }
  announce(plan, kept, outside);
  const points = new Map(kept.points);
  let lost: string | null = null;
  const keep = (write: () => void) => {
    try {
      write();
    } catch (error) {
      lost ??= refusalOf(error);
      way.interrupt.abort();
    }
  };
  const onPoint = (number: number, point: SweepPoint) => {
    points.set(number, point);
    keep(() => file.add(number, point));
  };
  const playing = { threads: way.threads, signal: way.interrupt.signal, there: kept.points, onPoint };
  await playPoints(plan, playing, outside);
  keep(() => file.rewrite());
  const result = points.size === 0 ? null : resultOf(plan, points);
  if (result !== null) {
    lost ??= await writeSweep(folder, result).then(() => null, refusalOf);
    print(result, way.format, outside);
  }
  return lost === null ? tell(plan, result, way.typed, outside) : tellLost(folder, lost, outside);
}

function tellLost(folder: string, why: string, outside: Outside): ExitCode {
  outside.err(`The results could not be written to ${folder}: ${why}\n`);
  return EXIT.refused;
}

function announce({ grid, scenario }: Plan, { points, aside, isCut, unread }: Kept, outside: Outside): void {
  const { durationMs, warmupMs, seed, replications } = scenario.run;
  if (aside !== null) outside.err(`points.jsonl ${aside.why}: it is now ${aside.file}, and all is played afresh\n`);
  if (unread !== null) {
    const lines = unread.count === 1 ? 'a line that is no point' : `${unread.count} lines that are no points`;
    outside.err(`points.jsonl holds ${lines} of a sweep, which it now is without; as it was it is ${unread.file}\n`);
  }
  if (isCut) outside.err('The last line of points.jsonl was cut off: its point is played again\n');
  const there = points.size === 0 ? '' : `; ${points.size} of the points are there already`;
  const size = `${grid.points.length} points x ${replications} x ${(warmupMs + durationMs) / 1000} s`;
  outside.err(`Sweeping ${scenario.name}: ${size}, seed ${seed}${there}\n`);
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
  if (format === 'json') outside.out(renderSweepJson(result));
  else if (format === 'markdown') outside.out(renderSweepMarkdown(result));
  else outside.out(renderSweepText(result, styleOf(outside)));
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
