import type { Flags } from './command.js';

/** yargs loses a lone `-`, the name of standard input: on the way through it is a text that nobody can type. */
const MARK = '\0-';

export function hideDashes(args: readonly string[]): string[] {
  return args.map((arg) => (arg === '-' ? MARK : arg));
}

export function restoreDashes(flags: Flags): Flags {
  return Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, restored(value)]));
}

function restored(value: unknown): unknown {
  return Array.isArray(value) ? value.map(restored) : value === MARK ? '-' : value;
}
