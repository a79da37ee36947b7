import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { starterScenario } from '../../scenario/index.js';
import type { InitFlags } from '../commands/init.js';
import { readManifests } from '../manifests-input.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { shellWords } from '../shell-words.js';
import { tellDiagnostics } from '../show-diagnostics.js';
import { UsageError } from '../usage.js';
import { refusalOf, writeWhole } from '../write-file.js';

const ISTIO_VERSION = '1.31';

export function init({ paths, out, force }: InitFlags, outside: Outside): ExitCode {
  const { cwd } = outside;
  const target = out === '-' ? null : resolve(cwd, out);
  if (target !== null && existsSync(target) && !force) {
    throw new UsageError(`${out} exists already: give --force to overwrite it, or --out another name`);
  }
  const { mesh, diagnostics } = readManifests(paths, ISTIO_VERSION, outside);
  const errors = diagnostics.sorted().filter(({ severity }) => severity === 'error');
  tellDiagnostics(errors, cwd, outside);
  if (diagnostics.refuses) return EXIT.refused;
  const folder = target === null ? cwd : dirname(target);
  const text = starterScenario(
    mesh,
    paths.map((path) => seenFrom(folder, path, cwd)),
  );
  if (target === null) outside.out(text);
  else write(target, text, out, outside);
  return EXIT.done;
}

function write(target: string, text: string, out: string, outside: Outside): void {
  try {
    writeWhole(target, text);
  } catch (error) {
    throw new UsageError(`${out} cannot be written: ${refusalOf(error)}`);
  }
  outside.err(`Wrote ${out}. Look for '# guess', put in what you know, then: drymesh run ${shellWords([out])}\n`);
}

/** A scenario names its manifests from its own folder, with `/` on every machine; standard input stays what it is. */
function seenFrom(folder: string, path: string, cwd: string): string {
  return path === '-' ? path : relative(folder, resolve(cwd, path)).split(sep).join('/') || '.';
}
