import type { InferredOptionTypes, Options } from 'yargs';
import type { ExitCode, Outside } from './outside.js';

/**
 * What can be typed, and what is then done. A command's own file imports nothing that takes time to load: for
 * `--help` all of them are loaded, and what `perform` needs only when it is called.
 */
export interface Command {
  readonly name: string;
  /** `run <scenario>` */
  readonly usage: string;
  /** In one line. */
  readonly summary: string;
  /** More about it, below the examples. */
  readonly details: string;
  /** A command to paste, and what it does. */
  readonly examples: readonly (readonly [command: string, does: string])[];
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly options: Readonly<Record<string, Options>>;
  /** `typed` are the arguments as they came. */
  perform(flags: Flags, outside: Outside, typed: readonly string[]): Promise<ExitCode>;
}

export interface PositionalOptions {
  readonly describe: string;
  readonly array?: boolean;
  readonly optional?: boolean;
}

/** As yargs has read them. */
export type Flags = Readonly<Record<string, unknown>>;

/** The flags that options give, as a command's action reads them. */
export type FlagsOf<O extends Readonly<Record<string, Options>>> = Readonly<InferredOptionTypes<O>>;

export const TEXT = { type: 'string', requiresArg: true } as const;
export const TEXTS = { type: 'string', array: true, requiresArg: true } as const;

/** What stdout gets. */
export function format<const F extends readonly string[]>(...choices: F) {
  return { choices, default: choices[0] as F[number], requiresArg: true, describe: 'What stdout gets' };
}
