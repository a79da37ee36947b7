import { join, resolve } from 'node:path';
import type { StabilityDocument, StabilityProbe } from '../../analysis/index.js';
import type { Diagnostic } from '../../diagnostics/index.js';
import { Threads } from '../../parallel/crew.js';
import { findStability } from '../../parallel/stability/find-stability.js';
import { renderLintJson } from '../../report/json.js';
import { renderStabilityJson } from '../../report/stability/json.js';
import { probeLine, renderStabilityText } from '../../report/stability/text.js';
import type { Disturbance } from '../../scenario/index.js';
import { type FieldPlaces, fieldPlaces, type Loaded } from '../../world/index.js';
import type { StabilityFlags } from '../commands/stability.js';
import { disturbanceIn } from '../disturbed.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { prepare } from '../prepare.js';
import { Progress } from '../progress.js';
import { settingsOf } from '../setting-flags.js';
import { shellWords } from '../shell-words.js';
import { tellDiagnostics } from '../show-diagnostics.js';
import { styleOf } from '../style.js';
import { recruitFor, threadsOf } from '../threads-flag.js';
import { packageVersion } from '../version.js';
import { refusalOf, writeWhole } from '../write-file.js';
import { unwritable } from '../write-report.js';

/** What is to be probed, and where the document goes. */
interface Plan {
  readonly loaded: Loaded;
  readonly disturbance: Disturbance;
  readonly found: readonly Diagnostic[];
  readonly folder: string;
  readonly fields: FieldPlaces;
}

export async function stability(flags: StabilityFlags, outside: Outside, typed: readonly string[]): Promise<ExitCode> {
  const threads = threadsOf(flags.workers, outside);
  const plan = planOf(flags, outside);
  if (plan === null) return EXIT.refused;
  const { document, interrupted } = await search(plan, threads, outside);
  if (document === null) {
    outside.err('Interrupted before the first probe was whole: nothing is known.\n');
    return EXIT.interrupted;
  }
  const lost = write(plan.folder, document);
  print(document, flags.format, outside);
  if (lost !== null) {
    outside.err(`The document could not be written to ${plan.folder}: ${lost}\n`);
    return EXIT.refused;
  }
  const again = `drymesh ${shellWords(typed)}`;
  if (interrupted) outside.err(`Interrupted: the document holds what was found. The whole of it: ${again}\n`);
  else outside.err(`\nDocument: ${join(plan.folder, FILE)}\nThe same again: ${again}\n`);
  if (interrupted) return EXIT.interrupted;
  return document.asWritten.verdict === 'recovered' ? EXIT.done : EXIT.failed;
}

const FILE = 'stability.json';

/** Reads and checks everything, and says what was found; null when it is refused. */
function planOf(flags: StabilityFlags, outside: Outside): Plan | null {
  const { settings, atFlag } = settingsOf({ ...flags, duration: undefined });
  const { scenario, with: overlays = [], out } = flags;
  const given = { scenario, manifests: null, overlays, settings };
  const { blueprint, loaded, gathered, diagnostics, base } = prepare(given, outside);
  const found = diagnostics.sorted().map(atFlag);
  const written = out ?? join('reports', blueprint?.scenario.name ?? '');
  const folder = resolve(outside.cwd, written);
  const disturbance = blueprint && disturbanceIn(blueprint);
  const unfit = disturbance !== null && 'code' in disturbance ? disturbance : null;
  const obstacle = blueprint === null ? null : (unfit ?? unwritable(folder, written));
  const told = obstacle === null ? found : [...found, obstacle];
  tellDiagnostics(told, base, outside);
  if (loaded !== null && gathered !== null && obstacle === null && disturbance !== null && !('code' in disturbance)) {
    return { loaded, disturbance, found, folder, fields: fieldPlaces(gathered) };
  }
  if (flags.format === 'json') outside.out(renderLintJson({ diagnostics: told }));
  return null;
}

interface Searched {
  /** Null: it was interrupted before anything was known. */
  readonly document: StabilityDocument | null;
  readonly interrupted: boolean;
}

/** Probes up to the end of the search or to Ctrl-C. */
async function search(
  { loaded, disturbance, found, fields }: Plan,
  threads: number,
  outside: Outside,
): Promise<Searched> {
  const { name, run } = loaded.scenario;
  const times = run.replications === 1 ? '1 replication' : `${run.replications} replications`;
  outside.err(`Probing ${name}: less and more load, shorter and longer faults, ${times} each, seed ${run.seed}\n`);
  const interrupt = new AbortController();
  const stopHearing = outside.onInterrupt(() => interrupt.abort());
  const progress = new Progress(outside);
  const onProbe = (probe: StabilityProbe) => {
    progress.end();
    outside.err(`${probeLine(probe)}\n`);
  };
  const finding = findStability(loaded, disturbance, {
    version: packageVersion(),
    fields,
    diagnostics: found,
    onProgress: (share) => progress.show(share),
    onProbe,
    signal: interrupt.signal,
    recruit: (variant) => recruitFor((size) => new Threads([variant], size), threads, outside),
  });
  const document = await finding.finally(() => {
    progress.end();
    stopHearing();
  });
  return { document, interrupted: interrupt.signal.aborted };
}

/** Null, or why it could not be written. */
function write(folder: string, document: StabilityDocument): string | null {
  try {
    writeWhole(join(folder, FILE), renderStabilityJson(document));
    return null;
  } catch (error) {
    return refusalOf(error);
  }
}

function print(document: StabilityDocument, format: StabilityFlags['format'], outside: Outside): void {
  if (format === 'json') outside.out(renderStabilityJson(document));
  else outside.out(renderStabilityText(document, styleOf(outside)));
}
