import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { Diagnostics } from '../../diagnostics/index.js';
import { translateManifests } from '../../manifests/index.js';
import { readSources } from '../../reading/files.node.js';
import { readDocuments } from '../../reading/index.js';
import { renderLintJson } from '../../report/index.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { prepare } from '../prepare.js';
import { scenarioPath } from '../scenario-path.js';
import { showDiagnostics } from '../show-diagnostics.js';

export const LINT = 'lint <paths..>';
export const LINT_HELP = 'Tell what is wrong or surprising in scenarios and manifests';

export function lintOptions(args: Argv) {
  return args
    .usage(
      `$0 ${LINT}\n\n${LINT_HELP}.\nA scenario is checked with its manifests; manifests are checked together, as one cluster.`,
    )
    .positional('paths', { type: 'string', array: true, demandOption: true, describe: 'Files and folders; - is stdin' })
    .option('istio-version', { type: 'string', default: '1.31', describe: 'For manifests without a scenario' })
    .option('format', { choices: ['text', 'json'] as const, default: 'text' as const, describe: 'What stdout gets' })
    .example('$0 lint k8s/', 'the manifests of a folder')
    .example('$0 lint scenarios/bookinfo', 'a scenario and all that it names')
    .example('kustomize build . | $0 lint -', 'what another tool prints');
}

export type LintFlags = Awaited<ReturnType<typeof lintOptions>['argv']>;

export function lint(flags: LintFlags, outside: Outside): ExitCode {
  const diagnostics = new Diagnostics();
  const isScenario = (path: string) => namesScenario(path, outside);
  const manifests = flags.paths.filter((path) => !isScenario(path));
  for (const scenario of flags.paths.filter(isScenario)) {
    const prepared = prepare({ scenario, manifests: null, overlays: [], settings: [] }, outside);
    diagnostics.addAll(prepared.diagnostics.sorted());
  }
  if (manifests.length > 0) lintManifests(manifests, versionOf(flags.istioVersion), outside, diagnostics);
  const found = diagnostics.sorted();
  if (flags.format === 'json') outside.out(renderLintJson({ diagnostics: found }));
  else {
    showDiagnostics({ ...outside, err: (text) => outside.out(text) }, found, true);
    outside.err(`${counted(found, 'error')}, ${counted(found, 'warning')}, ${counted(found, 'info')}\n`);
  }
  if (diagnostics.refuses) return EXIT.refused;
  return found.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.done;
}

function lintManifests(
  paths: readonly string[],
  istioVersion: readonly [number, number],
  outside: Outside,
  diagnostics: Diagnostics,
): void {
  const sources = readSources(paths, { base: outside.cwd, stdin: () => outside.stdin() }, diagnostics);
  const documents = sources.flatMap((source) => readDocuments(source, diagnostics));
  translateManifests(documents, { istioVersion, impliedGateways: {} }, diagnostics);
}

/** A file that is a Scenario, or a folder with one in scenario.yaml. */
export function namesScenario(path: string, outside: Outside): boolean {
  if (path === '-') return false;
  const file = scenarioPath(path, outside.cwd);
  if (file !== path && basename(file) !== 'scenario.yaml') return false;
  try {
    return /^\s*["']?kind["']?\s*:\s*["']?Scenario\b/m.test(readFileSync(resolve(outside.cwd, file), 'utf8'));
  } catch {
    return false; // a folder without one, or what reading will complain of
  }
}

export function versionOf(text: string): readonly [number, number] {
  const match = /^(\d+)\.(\d+)/.exec(text);
  return match === null ? [1, 31] : [Number(match[1]), Number(match[2])];
}

function counted(found: readonly { severity: string }[], severity: string): string {
  const count = found.filter((diagnostic) => diagnostic.severity === severity).length;
  const noun = severity === 'info' ? 'note' : severity;
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
