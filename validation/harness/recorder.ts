import { isHeldUp, type MeasuredRun, measure } from './bench.js';
import { OVERHEAD_CASES } from './calibration.js';
import { type Case, CaseError } from './case.js';
import { judge } from './judge.js';
import { calibrationFrom, doubtsAbout, type Overhead, readOverheads, versionsOf, writeOverheads } from './overheads.js';
import { Progress } from './progress.js';
import type { Result } from './results.js';
import { IS_REAL_TIME } from './scheduling.js';

const OVERHEAD_REPEATS = 3;
/** Of one run, and of all overhead cases together. */
const MOST_TRIES = 3;

export interface RecorderOptions {
  readonly binary: string;
  readonly versions: Result['versions'];
  readonly repeat: number;
  /** The cases of `OVERHEAD_CASES`. */
  readonly overheads: readonly Case[];
  /** Where what they came to is kept on this machine. */
  readonly overheadFile: string;
  /** Whether they are measured anew all the same. */
  readonly again: boolean;
}

/** Measures cases, what the machine adds before all others. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #progress: Progress;
  #overhead: Overhead | null;

  constructor(wanted: readonly Case[], options: RecorderOptions) {
    const { again, overheads, overheadFile, repeat } = options;
    this.#options = options;
    this.#overhead = again ? null : readOverheads(overheadFile, this.#versions);
    const own = wanted.filter(({ name }) => !isOverhead(name));
    const before = this.#overhead === null ? total(overheads.map(secondsOf)) * OVERHEAD_REPEATS : 0;
    this.#progress = new Progress(before + total(own.map(secondsOf)) * repeat);
  }

  /** Finds out what the machine adds, unless that is known. Before any case. */
  async prepare(): Promise<void> {
    this.#overhead ??= await this.#measureOverheads();
  }

  async record(played: Case): Promise<Omit<Result, 'schema'>> {
    const { repeat, versions } = this.#options;
    const overhead = this.#overhead!;
    const calibration = calibrationFrom(overhead);
    const runs = overhead[played.name] ?? (await this.#repeated(played, repeat));
    return {
      case: played.name,
      description: played.description,
      content: played.content,
      date: new Date().toISOString(),
      versions,
      realTime: IS_REAL_TIME,
      seed: played.blueprint.scenario.run.seed,
      calibration,
      runs,
      ...judge(played, calibration, runs),
    };
  }

  get #versions(): string {
    return versionsOf(this.#options.overheads, this.#options.versions.envoy);
  }

  async #measureOverheads(): Promise<Overhead> {
    const { overheads, overheadFile } = this.#options;
    const runs: Record<string, readonly MeasuredRun[]> = {};
    for (let tries = 1; ; tries++) {
      for (const played of overheads) runs[played.name] = await this.#repeated(played, OVERHEAD_REPEATS);
      const doubts = doubtsAbout(runs);
      if (doubts.length === 0) break;
      if (tries === MOST_TRIES) throw new CaseError(`the machine is too busy to be measured on: ${doubts.join(', ')}`);
    }
    writeOverheads(overheadFile, this.#versions, runs);
    return runs;
  }

  async #repeated(played: Case, repeats: number): Promise<readonly MeasuredRun[]> {
    const runs: MeasuredRun[] = [];
    for (let repetition = 0; repetition < repeats; repetition++) {
      runs.push(await this.#undisturbed(played, repetition, `${played.name}: run ${repetition + 1} of ${repeats}`));
    }
    return runs;
  }

  /** A run that the machine held up is done again; the last one is taken as it is. */
  async #undisturbed(played: Case, repetition: number, which: string): Promise<MeasuredRun> {
    for (let tries = 1; ; tries++) {
      this.#progress.begin(tries > 1 ? `${which}, again: the machine held it up` : which);
      const run = await measure(played, repetition, this.#options.binary);
      if (isHeldUp(run) && tries < MOST_TRIES) continue;
      this.#progress.end(secondsOf(played));
      return run;
    }
  }
}

function isOverhead(name: string): boolean {
  return (OVERHEAD_CASES as readonly string[]).includes(name);
}

/** Of one run, with what it takes to start. */
function secondsOf({ blueprint }: Case): number {
  const { warmupMs, durationMs } = blueprint.scenario.run;
  return (warmupMs + durationMs) / 1000 + 1.5;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
