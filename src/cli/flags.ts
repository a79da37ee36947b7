import type { Command, Flags } from './command.js';
import { UsageError, unknownWord } from './usage.js';

const UNKNOWN = /^Unknown arguments?: (.*)$/s;
const NO_CHOICE = /^Invalid values:\s+Argument: (\S+), Given: (.*), Choices: (.*)$/s;

/** What yargs complains of, in our words: the nearest option for one that does not exist, the way to help. */
export function usageErrorOf(message: string, command: Command | undefined, typed: readonly string[]): UsageError {
  const error = inOurWords(message, command, typed);
  error.message += `\nTry 'drymesh ${command === undefined ? '' : `${command.name} `}--help'.`;
  return error;
}

function inOurWords(message: string, command: Command | undefined, typed: readonly string[]): UsageError {
  const [, unknown] = UNKNOWN.exec(message) ?? [];
  if (unknown !== undefined) return unknownArgument(unknown.split(', ')[0]!, command, typed);
  const [, option, given, choices] = NO_CHOICE.exec(message) ?? [];
  if (option !== undefined) return new UsageError(`--${option} cannot be ${given}: write one of ${choices}`);
  if (message.startsWith('Not enough non-option arguments')) return missingArgument(command, typed);
  const [, lacking] = /^Not enough arguments following: (.*)$/.exec(message) ?? [];
  return new UsageError(lacking === undefined ? message : `--${lacking} lacks its value`);
}

function unknownArgument(name: string, command: Command | undefined, typed: readonly string[]): UsageError {
  const asTyped = typed.find((arg) => arg.startsWith('-') && arg.replace(/^-+/, '').split('=')[0] === name);
  if (asTyped === undefined) return new UsageError(`${JSON.stringify(name)} is one argument too many`);
  const options = Object.keys(command?.options ?? {}).map((option) => `--${option}`);
  return unknownWord('option', asTyped.split('=')[0]!, options);
}

/** An option that takes several values takes the argument after them as well. */
function missingArgument(command: Command | undefined, typed: readonly string[]): UsageError {
  const hungry = Object.entries(command?.options ?? {}).filter(([, { array, nargs }]) => array && nargs === undefined);
  const taken = hungry.map(([name]) => `--${name}`).find((flag) => typed.includes(flag));
  const hint = taken === undefined ? '' : `; write it before ${taken}`;
  return new UsageError(`an argument is missing: drymesh ${command?.usage ?? '<command>'}${hint}`);
}

/** Throws UsageError for an option without its value, or given twice where one counts. */
export function checkFlags(flags: Flags, { options }: Command): void {
  for (const [name, { array }] of Object.entries(options)) {
    const given = flags[name];
    if (!array && Array.isArray(given)) throw new UsageError(`--${name} is given twice: write one of them`);
    if (given === '' || (Array.isArray(given) && given.includes(''))) throw new UsageError(`--${name} lacks its value`);
  }
}
