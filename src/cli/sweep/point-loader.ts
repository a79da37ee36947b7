import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { SweptSetting } from '../../analysis/sweep/index.js';
import { Diagnostics } from '../../diagnostics/index.js';
import { FrozenFiles } from '../../reading/frozen-files.node.js';
import { type Blueprint, drawBlueprint, type Loaded } from '../../world/index.js';
import { loadFiles } from '../../world/load.node.js';
import type { Outside } from '../outside.js';
import { type Prepared, prepare } from '../prepare.js';
import { scenarioPath } from '../scenario-path.js';
import { packageVersion } from '../version.js';

export interface PointFlags {
  readonly scenario: string;
  readonly manifests: readonly string[] | null;
  readonly overlays: readonly string[];
  /** The same at every point. */
  readonly settings: readonly string[];
}

/**
 * Loads the points of a grid. Every file is read once, at the first point that names it: what is checked is what is played,
 * and all points are played of the same texts, whatever happens to the files meanwhile.
 */
export class PointLoader {
  /** The folder that names of files are relative to. */
  readonly base: string;
  readonly #flags: PointFlags;
  readonly #outside: Outside;
  readonly #files = new FrozenFiles();
  readonly #digests = new Map<string, string>(); // of texts, by path

  constructor(flags: PointFlags, outside: Outside) {
    this.#flags = { ...flags, scenario: scenarioPath(flags.scenario, outside.cwd) };
    this.#outside = outside;
    this.base = dirname(resolve(outside.cwd, this.#flags.scenario));
  }

  /** Loads and checks a point; `input` is a hash of all that its figures follow from. */
  check(point: readonly SweptSetting[]): Prepared & { readonly input: string } {
    this.#files.takeUsed();
    const settings = this.#settings(point);
    const prepared = prepare({ ...this.#flags, settings }, this.#outside, this.#files);
    const digests = this.#files.takeUsed().map(([path, sources]) => [path, this.#digest(path, sources)]);
    return { ...prepared, input: `sha256:${sha256([packageVersion(), settings, digests])}` };
  }

  /** Loads a point that was checked. */
  load(point: readonly SweptSetting[]): { readonly loaded: Loaded; readonly blueprint: Blueprint } {
    const { cwd } = this.#outside;
    const options = { ...this.#flags, settings: this.#settings(point), cwd, stdin: () => this.#outside.stdin() };
    const loaded = loadFiles(options, new Diagnostics(), this.#files);
    if (loaded === null) throw new RangeError(`a point that was checked is refused: ${JSON.stringify(point)}`);
    return { loaded, blueprint: drawBlueprint(loaded, new Diagnostics()) };
  }

  #settings(point: readonly SweptSetting[]): string[] {
    return [...this.#flags.settings, ...point.map(({ path, value }) => `${path}=${value}`)];
  }

  #digest(path: string, sources: readonly unknown[]): string {
    const known = this.#digests.get(path);
    if (known !== undefined) return known;
    const digest = sha256(sources);
    this.#digests.set(path, digest);
    return digest;
  }
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
