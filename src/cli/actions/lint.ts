import { type Diagnostic, Diagnostics } from '../../diagnostics/index.js';
import { renderLintJson } from '../../report/json.js';
import type { LintFlags } from '../commands/lint.js';
import { namesScenario } from '../input-kind.js';
import { readManifests } from '../manifests-input.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { prepare } from '../prepare.js';
import { showDiagnostics } from '../show-diagnostics.js';

/** What was found together, and the folder that its names of files are relative to. */
interface Findings {
  readonly base: string;
  readonly diagnostics: Diagnostics;
}

export function lint(flags: LintFlags, outside: Outside): ExitCode {
  const all = new Diagnostics();
  const findings = findingsOf(flags, outside);
  for (const { base, diagnostics } of findings) {
    const found = diagnostics.sorted();
    all.addAll(found);
    if (flags.format === 'json') continue;
    showDiagnostics(found, { write: (text) => outside.out(text), cwd: outside.cwd, base, allInfos: true });
  }
  const found = all.sorted();
  if (flags.format === 'json') outside.out(renderLintJson({ diagnostics: found }));
  outside.err(`${counted(found, 'error')}, ${counted(found, 'warning')}, ${counted(found, 'info')}\n`);
  if (all.refuses) return EXIT.refused;
  return found.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.done;
}

function findingsOf(flags: LintFlags, outside: Outside): Findings[] {
  const scenarios = flags.paths.filter((path) => namesScenario(path, outside));
  const manifests = flags.paths.filter((path) => !scenarios.includes(path));
  const findings: Findings[] = scenarios.map((scenario) =>
    prepare({ scenario, manifests: null, overlays: [], settings: [] }, outside),
  );
  if (manifests.length === 0) return findings;
  const { diagnostics } = readManifests(manifests, flags['istio-version'], outside);
  return [...findings, { base: outside.cwd, diagnostics }];
}

function counted(found: readonly Diagnostic[], severity: Diagnostic['severity']): string {
  const count = found.filter((diagnostic) => diagnostic.severity === severity).length;
  const noun = severity === 'info' ? 'note' : severity;
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
