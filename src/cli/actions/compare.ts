import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ComparisonRule, Report } from '../../analysis/index.js';
import { type Compared, compare as play } from '../../parallel/compare.js';
import { Threads } from '../../parallel/crew.js';
import { renderComparisonMarkdown } from '../../report/comparison/markdown.js';
import { renderComparisonText } from '../../report/comparison/text.js';
import { renderJson, renderLintJson } from '../../report/json.js';
import { renderJunit } from '../../report/junit.js';
import { renderSarif } from '../../report/sarif.js';
import type { Loaded } from '../../world/index.js';
import { boundsAsked, checkBounds } from '../bound-flags.js';
import type { CompareFlags } from '../commands/compare.js';
import { type Pair, readPair } from '../compared-pair.js';
import { warmupOf, withWarmupOf } from '../find-warmup.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { mostReplications, targetsAsked } from '../precision-flags.js';
import { Progress } from '../progress.js';
import { shellWords } from '../shell-words.js';
import { fromCwd, tellDiagnostics } from '../show-diagnostics.js';
import { styleOf } from '../style.js';
import { recruitFor, threadsOf } from '../threads-flag.js';
import { replicationsOfTrials, trialsOf } from '../trials.js';
import { UsageError } from '../usage.js';
import { packageVersion } from '../version.js';
import { refusalOf } from '../write-file.js';
import { unwritable, writeReport } from '../write-report.js';

const MOST = 100;
/** The first look at which pairs may be enough: with fewer, runs stop too often by luck. */
const LEAST = 10;

/** What beside a report lies in its folder, for tools that want to be given a file. */
const FILES = { markdown: 'comment.md', junit: 'junit.xml', sarif: 'drymesh.sarif' } as const;

type Renderers = Readonly<Record<CompareFlags['format'], (report: Report) => string>>;

interface Asked {
  readonly threads: number;
  readonly rule: Pick<ComparisonRule, 'targets' | 'bounds' | 'most'> | null;
  readonly isAttributed: boolean;
}

/** What is to be compared, and where its report goes. */
interface Plan extends Pair {
  readonly folder: string;
  /** What names of files are relative to. */
  readonly home: string;
}

export async function compare(flags: CompareFlags, outside: Outside, typed: readonly string[]): Promise<ExitCode> {
  const startMs = outside.clockMs();
  const asked = askedBy(flags, outside);
  const plan = planOf(flags, outside);
  if (plan === null) return EXIT.refused;
  checkBounds(asked.rule?.bounds ?? [], plan);
  const setupSeconds = (outside.clockMs() - startMs) / 1000;
  const { report, interrupted, workers, wallSeconds } = await simulate(plan, asked, outside);
  if (report === null) {
    outside.err('Interrupted before one replication of both was whole: there is nothing to compare.\n');
    return EXIT.interrupted;
  }
  const timing = { wallSeconds, setupSeconds, peakMemoryBytes: outside.peakMemoryBytes(), workers };
  const renderers = renderersFor(plan, outside);
  const files = Object.entries(FILES).map(([format, file]) => [file, renderers[format as keyof typeof FILES]]);
  const lost = await writeReport(plan.folder, report, timing, Object.fromEntries(files)).then(() => null, refusalOf);
  outside.out(renderers[flags.format](report));
  if (lost !== null) {
    outside.err(`The report could not be written to ${plan.folder}: ${lost}\n`);
    return EXIT.refused;
  }
  tell(plan, { report, interrupted, wallSeconds }, outside, typed);
  if (interrupted) return EXIT.interrupted;
  return isRegression(report, flags.strict === true) ? EXIT.failed : EXIT.done;
}

function askedBy(flags: CompareFlags, outside: Outside): Asked {
  const { precision = [], 'fail-on': failOn = [], 'max-replications': most } = flags;
  const common = { threads: threadsOf(flags.workers, outside), isAttributed: flags.attribute === true };
  const rule = { targets: targetsAsked(precision), bounds: boundsAsked(failOn), most: mostReplications(most, MOST) };
  if (precision.length > 0 || failOn.length > 0) return { ...common, rule };
  if (most === undefined) return { ...common, rule: null };
  throw new UsageError('--max-replications bounds --precision and --fail-on: give one of them, or --replications');
}

/** Reads and checks both, and says what was found; null when one is refused. */
function planOf(flags: CompareFlags, outside: Outside): Plan | null {
  const { pair, findings, isBaseRefused } = readPair(flags, outside);
  const { diagnostics, folder: base } = findings;
  const written = flags.out ?? join('reports', `${pair?.candidate.blueprint.scenario.name ?? ''}-compare`);
  const folder = resolve(outside.cwd, written);
  const obstacle = pair === null ? null : unwritable(folder, written);
  const told = obstacle === null ? diagnostics : [...diagnostics, obstacle];
  if (isBaseRefused) outside.err(`The base, ${baseName(flags)}, is refused:\n`);
  tellDiagnostics(told, base, outside);
  if (pair !== null && obstacle === null) return { ...pair, folder, home: base };
  if (flags.format === 'json') outside.out(renderLintJson({ diagnostics: told }));
  return null;
}

/** What was not there yet at a commit is left out of it, which can be why it makes no mesh. */
function baseName({ git }: CompareFlags): string {
  return git === undefined ? 'not the candidate' : `the scenario with what there was of its manifests at ${git}`;
}

/** Plays both, up to the end or to Ctrl-C. */
async function simulate(plan: Plan, { threads, rule, isAttributed }: Asked, outside: Outside) {
  const interrupt = new AbortController();
  const stopHearing = outside.onInterrupt(() => interrupt.abort());
  const startMs = outside.clockMs();
  try {
    const { base, candidate } =
      rule === null || rule.targets.length === 0 ? plan : await warmedUp(plan, outside, interrupt.signal);
    const { replications } = candidate.blueprint.scenario.run;
    const whole = rule && { ...rule, least: Math.min(rule.most, Math.max(LEAST, replications)) };
    announce(plan, whole, outside);
    const tries = replicationsOfTrials(plan.changes.length, isAttributed);
    const progress = new Progress(outside);
    const common = {
      version: packageVersion(),
      onProgress: (share: number) => progress.show(share),
      signal: interrupt.signal,
    };
    const crewOf = (variants: readonly { readonly loaded: Loaded }[]) => (size: number) =>
      new Threads(
        variants.map(({ loaded }) => loaded),
        size,
      );
    const playing = play(base, candidate, {
      ...common,
      rule: whole,
      changes: plan.reports,
      attribution:
        tries === null
          ? null
          : {
              ...common,
              replications: tries,
              isReported: isAttributed,
              count: plan.changes.length,
              prepare() {
                const trials = trialsOf({ ...plan, base, candidate });
                return { trials, recruit: recruitFor(crewOf(trials), threads, outside) };
              },
            },
      recruit: recruitFor(crewOf([base, candidate]), threads, outside),
    });
    const compared: Compared = await playing.finally(() => progress.end());
    return { ...compared, wallSeconds: (outside.clockMs() - startMs) / 1000 };
  } finally {
    stopHearing();
  }
}

/** Both with the longer warm-up of the two. */
async function warmedUp(
  { base, candidate, home }: Plan,
  outside: Outside,
  signal: AbortSignal,
): Promise<Pick<Plan, 'base' | 'candidate'>> {
  const found = [await warmupOf(base.blueprint, outside, signal), await warmupOf(candidate.blueprint, outside, signal)];
  const warmupMs = Math.max(...found.map((each) => each.warmupMs));
  tellDiagnostics(found[1]!.found, home, outside);
  const [before, after] = [base, candidate].map((variant, i) => ({
    ...withWarmupOf(variant, warmupMs),
    diagnostics: [...variant.diagnostics, ...found[i]!.found],
  }));
  return { base: before!, candidate: after! };
}

function announce({ candidate, changes }: Plan, rule: ComparisonRule | null, outside: Outside): void {
  const { name, run } = candidate.blueprint.scenario;
  const times = rule === null ? `${run.replications} x` : `${rule.least} to ${rule.most} x`;
  const time = `${(run.warmupMs + run.durationMs) / 1000} s`;
  const what = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  outside.err(`Comparing ${name}: ${what}, ${times} ${time} of both, seed ${run.seed}\n`);
}

function isRegression({ comparison, objectives, stopped }: Report, strict: boolean): boolean {
  const fails = strict ? ['failed', 'undecided'] : ['failed'];
  const isCrossed = comparison!.bounds.some(({ verdict }) => fails.includes(verdict));
  return isCrossed || stopped !== null || objectives.some(({ pass }) => !pass);
}

function renderersFor({ home }: Plan, outside: Outside): Renderers {
  return {
    text: (report) => renderComparisonText(report, styleOf(outside)),
    json: renderJson,
    markdown: renderComparisonMarkdown,
    junit: renderJunit,
    sarif: (report) => renderSarif(report, (file) => fromCwd(file, home, outside.cwd)),
  };
}

/** Where the report lies, and what gives the same figures again. */
function tell(
  { folder }: Plan,
  { report, interrupted, wallSeconds }: { report: Report; interrupted: boolean; wallSeconds: number },
  outside: Outside,
  typed: readonly string[],
): void {
  const replications = report.replications === 1 ? '1 replication' : `${report.replications} replications`;
  outside.err(`\n${replications} of both in ${wallSeconds.toFixed(1)} s\n`);
  outside.err(`Report: ${pathToFileURL(join(folder, 'report.html'))}\n`);
  const again = `drymesh ${shellWords(typed)}`;
  if (interrupted) outside.err(`Interrupted: the report holds what was finished. The whole of it: ${again}\n`);
  else outside.err(`The same again: ${again}\n`);
}
