import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Diagnostics } from '../../src/diagnostics/index.js';
import type { Mesh } from '../../src/mesh/index.js';
import type { Scenario } from '../../src/scenario/index.js';
import { type Blueprint, checkWorld, drawBlueprint, type Loaded, World } from '../../src/world/index.js';
import { loadFiles } from '../../src/world/load.node.js';
import { layOut } from './layout.js';
import { whatCannotBePlayed } from './playable.js';

/** A scenario that is played twice: by real Envoys, and by the model. */
export interface Case {
  readonly name: string;
  /** The comment at the head of its scenario. */
  readonly description: string;
  /** A hash of everything that it is made of. */
  readonly content: string;
  readonly loaded: Loaded;
  readonly blueprint: Blueprint;
}

/** Why a case cannot be played. */
export class CaseError extends Error {}

const SCENARIO = 'scenario.yaml';

export function caseNames(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, SCENARIO)))
    .map(({ name }) => name)
    .sort();
}

/** Throws CaseError when it is refused, or asks for what the bench does not play. */
export function loadCase(folder: string, name: string): Case {
  const diagnostics = new Diagnostics();
  const scenario = join(name, SCENARIO);
  const options = { scenario, manifests: null, overlays: [], settings: [], cwd: folder, stdin: () => '' };
  const loaded = loadFiles(options, diagnostics);
  const blueprint = loaded && drawBlueprint(loaded, diagnostics);
  if (blueprint && !diagnostics.refuses) checkWorld(new World(blueprint, 0), blueprint, diagnostics);
  const told = diagnostics.sorted().filter(({ code, refuses }) => refuses || code === 'not-modelled');
  if (loaded === null || blueprint === null || told.length > 0) {
    throw new CaseError(
      told.map(({ file, line, message, code }) => `${file}:${line}: ${message} [${code}]`).join('\n'),
    );
  }
  const unplayable = [...whatCannotBePlayed(loaded.scenario, loaded.mesh), ...layOut(blueprint, '').leftOut];
  if (unplayable.length > 0) throw new CaseError(unplayable.join('\n'));
  return {
    name,
    description: headComment(readFileSync(join(folder, scenario), 'utf8')),
    content: contentOf(join(folder, name)),
    loaded,
    blueprint,
  };
}

/** The same case with another scenario for the same mesh. */
export function blueprintWith({ loaded }: Case, edit: (scenario: Scenario, mesh: Mesh) => Scenario): Blueprint {
  return drawBlueprint({ ...loaded, scenario: edit(loaded.scenario, loaded.mesh) }, new Diagnostics());
}

/** Of the paths and bytes of all files. */
export function contentOf(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')).sort();
  for (const path of paths)
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(folder, path)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** What stands above the first line that is no comment, without the line for editors. */
export function headComment(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .filter((line) => !line.includes('$schema='))
    .map((line) => line.replace(/^#\s?/, '').trim())
    .join(' ')
    .trim();
}
