import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Argv } from 'yargs';
import { Diagnostics } from '../../diagnostics/index.js';
import { translateManifests } from '../../manifests/index.js';
import { readSources } from '../../reading/files.node.js';
import { readDocuments } from '../../reading/index.js';
import { starterScenario } from '../../scenario/index.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { showDiagnostics } from '../show-diagnostics.js';
import { replace } from '../write-report.js';
import { versionOf } from './lint.js';

export const INIT = 'init <paths..>';
export const INIT_HELP = 'Write a first scenario for your manifests, with every guess marked';

export function initOptions(args: Argv) {
  return args
    .usage(`$0 ${INIT}\n\n${INIT_HELP}.`)
    .positional('paths', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Files and folders of manifests',
    })
    .option('out', { type: 'string', default: 'scenario.yaml', describe: 'File to write; - is stdout' })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite the file' })
    .example('$0 init k8s/', 'writes scenario.yaml')
    .example('$0 init k8s/ --out sim/scenario.yaml', 'writes it elsewhere')
    .example('$0 init k8s/ && $0 run scenario.yaml', 'from manifests to a report');
}

export type InitFlags = Awaited<ReturnType<typeof initOptions>['argv']>;

export function init(flags: InitFlags, outside: Outside): ExitCode {
  const diagnostics = new Diagnostics();
  const sources = readSources(flags.paths, { base: outside.cwd, stdin: () => outside.stdin() }, diagnostics);
  const documents = sources.flatMap((source) => readDocuments(source, diagnostics));
  const mesh = translateManifests(documents, { istioVersion: versionOf('1.31'), impliedGateways: {} }, diagnostics);
  showDiagnostics(
    outside,
    diagnostics.sorted().filter(({ severity }) => severity === 'error'),
    false,
  );
  if (diagnostics.refuses) return EXIT.refused;
  const target = resolve(outside.cwd, flags.out);
  const folder = flags.out === '-' ? outside.cwd : dirname(target);
  const paths = flags.paths.map((path) => relative(folder, resolve(outside.cwd, path)).split(sep).join('/') || '.');
  const text = starterScenario(mesh, paths);
  if (flags.out === '-') {
    outside.out(text);
    return EXIT.done;
  }
  if (existsSync(target) && !flags.force) {
    outside.err(`${flags.out} exists already: give --force to overwrite it, or --out another name\n`);
    return EXIT.refused;
  }
  replace(target, text);
  outside.err(`Wrote ${flags.out}. Look for '# guess', put in what you know, then: drymesh run ${flags.out}\n`);
  return EXIT.done;
}
