import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Report, StoppingRule } from '../../analysis/index.js';
import type { Diagnostic } from '../../diagnostics/index.js';
import { Threads } from '../../parallel/crew.js';
import { simulate } from '../../parallel/simulate.js';
// One by one: the folder's index would load the charts as well, which only the written report needs.
import { renderJson, renderLintJson } from '../../report/json.js';
import { renderMarkdown } from '../../report/markdown.js';
import { renderText } from '../../report/text/index.js';
import { type Blueprint, type FieldPlaces, fieldPlaces, type Loaded } from '../../world/index.js';
import type { RunFlags } from '../commands/run.js';
import { withWarmup } from '../find-warmup.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { precisionAsked, stoppingRule } from '../precision-flags.js';
import { prepare } from '../prepare.js';
import { Progress } from '../progress.js';
import { settingsOf } from '../setting-flags.js';
import { shellWords } from '../shell-words.js';
import { tellDiagnostics } from '../show-diagnostics.js';
import { styleOf } from '../style.js';
import { recruitFor, threadsOf } from '../threads-flag.js';
import { packageVersion } from '../version.js';
import { refusalOf } from '../write-file.js';
import { unwritable, writeReport } from '../write-report.js';

/** What is to be run, and where its report goes. */
interface Plan {
  readonly blueprint: Blueprint;
  readonly loaded: Loaded;
  readonly found: readonly Diagnostic[];
  readonly folder: string;
  /** What names of files are relative to. */
  readonly base: string;
  readonly fields: FieldPlaces;
}

interface Outcome {
  readonly report: Report;
  readonly interrupted: boolean;
  readonly workers: number;
  readonly wallSeconds: number;
}

export async function run(flags: RunFlags, outside: Outside, typed: readonly string[]): Promise<ExitCode> {
  const startMs = outside.clockMs();
  const threads = threadsOf(flags.workers, outside);
  const asked = precisionAsked(flags.precision, flags['max-replications']);
  const plan = planOf(flags, outside);
  if (plan === null) return EXIT.refused;
  const rule = asked === null ? null : stoppingRule(asked, plan.blueprint.scenario.run.replications);
  const setupSeconds = (outside.clockMs() - startMs) / 1000;
  const outcome = await play(plan, { threads, rule }, outside);
  const { report, interrupted, workers, wallSeconds } = outcome;
  const timing = { wallSeconds, setupSeconds, peakMemoryBytes: outside.peakMemoryBytes(), workers };
  const lost = await writeReport(plan.folder, report, timing).then(() => null, refusalOf);
  print(report, flags.format, outside);
  if (lost !== null) {
    outside.err(`The report could not be written to ${plan.folder}: ${lost}\n`);
    return EXIT.refused;
  }
  tell(plan, outcome, outside, typed);
  if (interrupted) return EXIT.interrupted;
  return report.stopped !== null || report.objectives.some(({ pass }) => !pass) ? EXIT.failed : EXIT.done;
}

/** Reads and checks everything, and says what was found; null when it is refused. */
function planOf(flags: RunFlags, outside: Outside): Plan | null {
  const { settings, atFlag } = settingsOf(flags);
  const { scenario, manifests = null, with: overlays = [], out } = flags;
  const given = { scenario, manifests, overlays, settings };
  const { blueprint, loaded, gathered, diagnostics, base } = prepare(given, outside);
  const found = diagnostics.sorted().map(atFlag);
  const written = out ?? join('reports', blueprint?.scenario.name ?? '');
  const folder = resolve(outside.cwd, written);
  const obstacle = blueprint === null ? null : unwritable(folder, written);
  const told = obstacle === null ? found : [...found, obstacle];
  tellDiagnostics(told, base, outside);
  if (blueprint !== null && loaded !== null && gathered !== null && obstacle === null) {
    return { blueprint, loaded, found, folder, base, fields: fieldPlaces(gathered) };
  }
  if (flags.format === 'json') outside.out(renderLintJson({ diagnostics: told }));
  return null;
}

interface Way {
  readonly threads: number;
  /** Null: as many replications as the scenario says. */
  readonly rule: StoppingRule | null;
}

/** Plays it, up to its end or to Ctrl-C. */
async function play(given: Plan, { threads, rule }: Way, outside: Outside): Promise<Outcome> {
  const interrupt = new AbortController();
  const stopHearing = outside.onInterrupt(() => interrupt.abort());
  const startMs = outside.clockMs();
  try {
    const plan = rule === null ? given : await withWarmup(given, outside, interrupt.signal);
    const { blueprint, loaded, found } = plan;
    tellDiagnostics(found.slice(given.found.length), plan.base, outside);
    announce(blueprint, rule, outside);
    const progress = new Progress(outside);
    const simulating = simulate(blueprint, {
      rule,
      fields: plan.fields,
      version: packageVersion(),
      diagnostics: found,
      onProgress: (share) => progress.show(share),
      signal: interrupt.signal,
      recruit: recruitFor((size) => new Threads([loaded], size), threads, outside),
    });
    const simulated = await simulating.finally(() => progress.end());
    return { ...simulated, wallSeconds: (outside.clockMs() - startMs) / 1000 };
  } finally {
    stopHearing();
  }
}

function announce({ scenario, stations }: Blueprint, rule: StoppingRule | null, outside: Outside): void {
  const { durationMs, warmupMs, seed, replications } = scenario.run;
  const pods = stations.reduce((sum, { podZones }) => sum + podZones.length, 0);
  const times = rule === null ? `${replications} x` : `${rule.least} to ${rule.most} x`;
  const time = `${(warmupMs + durationMs) / 1000} s`;
  outside.err(
    `Simulating ${scenario.name}: ${stations.length} workloads, ${pods} pods, ${times} ${time}, seed ${seed}\n`,
  );
}

function print(report: Report, format: RunFlags['format'], outside: Outside): void {
  if (format === 'json') outside.out(renderJson(report));
  else if (format === 'markdown') outside.out(renderMarkdown(report));
  else outside.out(renderText(report, styleOf(outside)));
}

/** How fast it was, where the report lies, and what gives the same figures again. */
function tell({ folder }: Plan, outcome: Outcome, outside: Outside, typed: readonly string[]): void {
  const { report, interrupted, wallSeconds } = outcome;
  const { hops } = report.engine;
  const speed = Math.round(hops / Math.max(wallSeconds, 1e-3)).toLocaleString('en-US');
  outside.err(`\n${hops.toLocaleString('en-US')} hops in ${wallSeconds.toFixed(1)} s (${speed} a second)\n`);
  outside.err(`Report: ${pathToFileURL(join(folder, 'report.html'))}\n`);
  const again = `drymesh ${shellWords(typed)}`;
  if (interrupted) outside.err(`Interrupted: the report holds what was finished. The whole of it: ${again}\n`);
  else outside.err(`The same again: ${again}\n`);
}
