import yargs, { type Argv } from 'yargs';
import type { Command, Flags } from './command.js';
import { COMPARE } from './commands/compare.js';
import { EXPLAIN } from './commands/explain.js';
import { EXPLAIN_REQUEST } from './commands/explain-request.js';
import { EXPORT } from './commands/export.js';
import { INIT } from './commands/init.js';
import { LINT } from './commands/lint.js';
import { RUN } from './commands/run.js';
import { STABILITY } from './commands/stability.js';
import { SWEEP } from './commands/sweep.js';
import { checkFlags, usageErrorOf } from './flags.js';
import { commandHelp, HELP_COLUMNS, overviewHelp } from './help.js';
import { hideDashes, restoreDashes } from './lone-dash.js';
import { EXIT, type ExitCode, type Outside } from './outside.js';
import { unknownWord } from './usage.js';
import { packageVersion } from './version.js';

const COMMANDS: readonly Command[] = [RUN, COMPARE, SWEEP, STABILITY, LINT, EXPLAIN, EXPLAIN_REQUEST, EXPORT, INIT];

/** Finds the command that was typed and performs it. Throws UsageError when there is none, or its flags make no sense. */
export async function dispatch(typed: readonly string[], outside: Outside): Promise<ExitCode> {
  const args = withOneWord(withHelpAsFlag(typed));
  const named = args.find((arg) => !arg.startsWith('-'));
  const command = COMMANDS.find(({ name }) => oneWord(name) === named);
  if (named !== undefined && command === undefined) throw unknownCommand(named);
  let exit: ExitCode = EXIT.done;
  const parser = parserOf(command, typed, async (flags) => {
    exit = await command!.perform(flags, outside, typed);
  });
  let help = '';
  await parser.parseAsync(hideDashes(args), {}, (_error: unknown, _argv: unknown, output: string) => {
    help = output;
  });
  if (help !== '') outside.out(`${help}\n`);
  return exit;
}

/** `drymesh` alone and `drymesh help [command]` ask for help as well. */
function withHelpAsFlag([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return ['--help'];
  return first === 'help' ? [...rest, '--help'] : [first, ...rest];
}

/** yargs knows commands of one word only. */
function oneWord(name: string): string {
  return name.replace(' ', '-');
}

function withOneWord(args: readonly string[]): string[] {
  const name = args.slice(0, 2).join(' ');
  return COMMANDS.some((command) => command.name === name) ? [oneWord(name), ...args.slice(2)] : [...args];
}

function unknownCommand(named: string): Error {
  const error = unknownWord(
    'command',
    named,
    COMMANDS.map(({ name }) => name).filter((name) => !name.includes(' ')),
  );
  error.message += `\nTry 'drymesh --help'.`;
  return error;
}

function parserOf(command: Command | undefined, typed: readonly string[], perform: (flags: Flags) => Promise<void>) {
  const parser = yargs()
    .scriptName('drymesh')
    .usage(overviewHelp())
    .detectLocale(false) // messages are recognised below
    .parserConfiguration({ 'boolean-negation': false, 'dot-notation': false, 'parse-numbers': false })
    .strict()
    .alias({ help: 'h', version: 'v' })
    .version(packageVersion())
    .exitProcess(false)
    .wrap(HELP_COLUMNS)
    .showHelpOnFail(false)
    .fail((message, error) => {
      if (error && error.name !== 'YError') throw error; // not of yargs: from a command
      throw usageErrorOf(error?.message ?? message, command, typed);
    });
  for (const each of COMMANDS) {
    parser.command({
      command: each.usage.replace(each.name, oneWord(each.name)),
      describe: each.name.includes(' ') ? false : each.summary, // told of by the help of the first word
      builder: (own: Argv) => {
        own.usage(commandHelp(each)).options(each.options);
        for (const [name, { describe, array, optional }] of Object.entries(each.positionals)) {
          own.positional(name, { type: 'string', describe, array: array ?? false, demandOption: optional !== true });
        }
        return own;
      },
      handler: async (flags) => {
        checkFlags(flags, each);
        await perform(restoreDashes(flags));
      },
    });
  }
  return parser;
}
