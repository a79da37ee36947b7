import { join, relative, resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { Report } from '../../analysis/index.js';
import { simulate } from '../../parallel/simulate.js';
import { COLOUR, PLAIN, renderJson, renderLintJson, renderMarkdown, renderText } from '../../report/index.js';
import type { Blueprint } from '../../world/index.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { prepare } from '../prepare.js';
import { Progress } from '../progress.js';
import { showDiagnostics } from '../show-diagnostics.js';
import { packageVersion } from '../version.js';
import { writeReport } from '../write-report.js';

export const RUN = 'run <scenario>';
export const RUN_HELP = 'Play the traffic of a scenario through its mesh and report what happened';

export function runOptions(args: Argv) {
  return args
    .usage(`$0 ${RUN}\n\n${RUN_HELP}.`)
    .positional('scenario', { type: 'string', demandOption: true, describe: 'File, or folder with a scenario.yaml' })
    .option('manifests', {
      type: 'string',
      array: true,
      describe: "Files and folders instead of the scenario's own; - is stdin",
    })
    .option('with', { type: 'string', array: true, default: [], describe: 'Files and folders applied over them' })
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'PATH=VALUE, in the scenario or a manifest',
    })
    .option('seed', { type: 'number', describe: 'Another seed' })
    .option('replications', { type: 'number', describe: 'Another number of replications' })
    .option('duration', { type: 'string', describe: 'Another duration, such as 10m' })
    .option('out', { type: 'string', describe: 'Folder of the report; default reports/<scenario>/' })
    .option('format', {
      choices: ['text', 'json', 'markdown'] as const,
      default: 'text' as const,
      describe: 'What stdout gets',
    })
    .example('$0 run scenarios/bookinfo', 'simulate, print the table, write the report')
    .example('$0 run s.yaml --set traffic.shoppers.rate=500/s', 'with another load')
    .example('$0 run s.yaml --set VirtualService/default/reviews:spec.http[0].timeout=1s', 'with another timeout')
    .example('$0 run s.yaml --manifests k8s/ --with change.yaml', 'other manifests, and a change over them');
}

export type RunFlags = Awaited<ReturnType<typeof runOptions>['argv']>;

export async function run(flags: RunFlags, outside: Outside): Promise<ExitCode> {
  const startMs = outside.clockMs();
  const { blueprint, diagnostics } = prepare(
    { scenario: flags.scenario, manifests: flags.manifests ?? null, overlays: flags.with, settings: settingsOf(flags) },
    outside,
  );
  const found = diagnostics.sorted();
  showDiagnostics(outside, found, false);
  if (blueprint === null) {
    if (flags.format === 'json') outside.out(renderLintJson({ diagnostics: found }));
    return EXIT.refused;
  }
  announce(blueprint, outside);
  const setupMs = outside.clockMs();
  const interrupt = new AbortController();
  const stopHearing = outside.onInterrupt(() => interrupt.abort());
  const progress = new Progress(outside);
  const { report, interrupted } = await simulate(blueprint, {
    version: packageVersion(),
    diagnostics: found,
    onProgress: (share) => progress.show(share),
    signal: interrupt.signal,
  });
  progress.end();
  stopHearing();
  const wallSeconds = (outside.clockMs() - setupMs) / 1000;
  const folder = resolve(outside.cwd, flags.out ?? join('reports', blueprint.scenario.name));
  writeReport(folder, report, {
    wallSeconds,
    setupSeconds: (setupMs - startMs) / 1000,
    peakMemoryBytes: outside.peakMemoryBytes(),
    workers: 1,
  });
  print(report, flags.format, outside);
  tellPlace(folder, report, wallSeconds, outside);
  if (interrupted) {
    outside.err('Interrupted: the report holds what was finished. Run the same command again for the whole.\n');
    return EXIT.interrupted;
  }
  return report.stopped !== null || report.objectives.some(({ pass }) => !pass) ? EXIT.failed : EXIT.done;
}

/** Flags that stand for settings of the scenario. */
function settingsOf({ set, seed, replications, duration }: RunFlags): string[] {
  const settings = [...set];
  if (seed !== undefined) settings.push(`run.seed=${seed}`);
  if (replications !== undefined) settings.push(`run.replications=${replications}`);
  if (duration !== undefined) settings.push(`run.duration=${duration}`);
  return settings;
}

function announce({ scenario, stations }: Blueprint, outside: Outside): void {
  const { durationMs, warmupMs, seed, replications } = scenario.run;
  const pods = stations.reduce((sum, { podZones }) => sum + podZones.length, 0);
  const time = `${(warmupMs + durationMs) / 1000} s`;
  outside.err(
    `Simulating ${scenario.name}: ${stations.length} workloads, ${pods} pods, ${replications} x ${time}, seed ${seed}\n`,
  );
}

function print(report: Report, format: RunFlags['format'], outside: Outside): void {
  const colour = outside.stdoutIsTerminal && !outside.env.NO_COLOR;
  if (format === 'json') outside.out(renderJson(report));
  else if (format === 'markdown') outside.out(renderMarkdown(report));
  else outside.out(renderText(report, colour ? COLOUR : PLAIN));
}

function tellPlace(folder: string, { engine }: Report, wallSeconds: number, outside: Outside): void {
  const hops = Math.round(engine.hops / Math.max(wallSeconds, 1e-3)).toLocaleString('en-US');
  outside.err(`\n${engine.hops.toLocaleString('en-US')} hops in ${wallSeconds.toFixed(1)} s (${hops} a second)\n`);
  outside.err(`Report: ${relative(outside.cwd, join(folder, 'report.html')) || folder}\n`);
}
