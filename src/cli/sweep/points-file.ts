import { appendFileSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { SweepPoint } from '../../analysis/sweep/index.js';
import { renderSweepPoint } from '../../report/sweep/json.js';
import { writeWhole } from '../write-file.js';
import type { CheckedPoint } from './check-grid.js';
import { pointIn } from './point-line.js';

const NAME = 'points.jsonl';

/** What, beside files and settings, all points of a sweep share. */
export interface Circumstances {
  readonly version: string;
  readonly seed: number;
  readonly replications: number;
}

/** What an earlier sweep left in the folder, as far as this one can use it. */
export interface Kept {
  /** By number. */
  readonly points: ReadonlyMap<number, SweepPoint>;
  /** Why all of it was moved aside, and where to; null: it was not. */
  readonly aside: { readonly why: string; readonly file: string } | null;
  /** Whether the end of a line is missing: the point is played again. */
  readonly isCut: boolean;
  /** Lines that are no points, which are left out, and where the file as it was is now; null: there are none. */
  readonly unread: { readonly count: number; readonly file: string } | null;
}

type Settings = SweepPoint['settings'];

/**
 * points.jsonl: a line for each point, added as soon as it is whole. A point is known by its settings; whether it can be kept, by
 * the hash of what it was played from. Points of another grid over the same PATHs stay in the file, behind those of this one.
 */
export class PointsFile {
  readonly #folder: string;
  readonly #lines = new Map<number, string>(); // by number
  #others: readonly string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Takes over what is there: lines of this grid, and of others that follow from the same files, flags and version, of which
   * `inputOf` gives the hash. Nothing is lost: what was played from something else is moved aside. Throws as node:fs does.
   */
  open(grid: readonly CheckedPoint[], now: Circumstances, inputOf: (settings: Settings) => string): Kept {
    const { lines, isCut } = this.#read();
    const numbers = new Map(grid.map(({ settings, number }) => [JSON.stringify(settings), number]));
    const points = new Map<number, SweepPoint>();
    const others: string[] = [];
    for (const { text, point } of lines) {
      if (point === null) continue;
      const number = numbers.get(JSON.stringify(point.settings));
      const input = number === undefined ? inputOf(point.settings) : grid[number - 1]!.input;
      if (point.input !== input) {
        return { points: new Map(), aside: this.#moveAside(differenceOf(point, now)), isCut: false, unread: null };
      }
      if (number === undefined) others.push(text);
      else {
        points.set(number, point);
        this.#lines.set(number, text);
      }
    }
    const count = lines.filter(({ point }) => point === null).length;
    const unread = count === 0 ? null : { count, file: this.#setAside() };
    this.#others = others;
    this.rewrite();
    return { points, aside: null, isCut, unread };
  }

  add(number: number, point: SweepPoint): void {
    const text = renderSweepPoint(point);
    this.#lines.set(number, text);
    appendFileSync(this.#path, `${text}\n`);
  }

  /** In the order of the grid, whatever the order in which points ended. */
  rewrite(): void {
    const own = [...this.#lines].sort(([a], [b]) => a - b).map(([, text]) => text);
    writeWhole(this.#path, [...own, ...this.#others].map((text) => `${text}\n`).join(''));
  }

  get #path(): string {
    return join(this.#folder, NAME);
  }

  #read() {
    if (!existsSync(this.#path)) return { lines: [], isCut: false };
    const texts = readFileSync(this.#path, 'utf8').split(/\r?\n/);
    const last = texts.pop()!;
    const lines = texts.map((text) => ({ text, point: pointIn(text) }));
    return { lines, isCut: last !== '' };
  }

  #moveAside(why: string): NonNullable<Kept['aside']> {
    this.#lines.clear();
    return { why, file: this.#setAside() };
  }

  #setAside(): string {
    let n = 1;
    while (existsSync(join(this.#folder, asideName(n)))) n++;
    renameSync(this.#path, join(this.#folder, asideName(n)));
    return asideName(n);
  }
}

function asideName(n: number): string {
  return `points.${n}.jsonl`;
}

function differenceOf(point: SweepPoint, { version, seed, replications }: Circumstances): string {
  if (point.drymesh.version !== version) return `was written by Drymesh ${point.drymesh.version}`;
  if (point.seed !== seed) return `was played with seed ${point.seed}`;
  if (point.replications !== replications) return `was played with ${point.replications} replications`;
  return 'was played with another scenario, other manifests or settings';
}
