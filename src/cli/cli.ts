import yargs from 'yargs';
import { EXPLAIN, EXPLAIN_HELP, type ExplainFlags, explain, explainOptions } from './commands/explain.js';
import { INIT, INIT_HELP, type InitFlags, init, initOptions } from './commands/init.js';
import { LINT, LINT_HELP, type LintFlags, lint, lintOptions } from './commands/lint.js';
import { RUN, RUN_HELP, type RunFlags, run, runOptions } from './commands/run.js';
import { EXIT, type ExitCode, type Outside } from './outside.js';
import { packageVersion } from './version.js';

/** What was typed makes no sense. */
class UsageError extends Error {}

/** Runs the command line. Never throws: what goes wrong in Drymesh itself is said, with exit code 3. */
export async function drymesh(args: readonly string[], outside: Outside): Promise<ExitCode> {
  try {
    return await dispatch(args, outside);
  } catch (error) {
    if (error instanceof UsageError) {
      outside.err(`${error.message}\n`);
      return EXIT.refused;
    }
    const what = error instanceof Error ? error.message : String(error);
    outside.err(`This is a defect of Drymesh, not of your files: ${what}\n`);
    outside.err(
      'Please report it with the command and the files that led to it; DRYMESH_DEBUG=1 shows where it happened.\n',
    );
    if (outside.env.DRYMESH_DEBUG && error instanceof Error) outside.err(`${error.stack}\n`);
    return EXIT.defect;
  }
}

async function dispatch(args: readonly string[], outside: Outside): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const parser = yargs()
    .scriptName('drymesh')
    .usage('$0 <command>\n\nA dry run for a service mesh: what will this configuration do to latency, errors and cost?')
    .command(RUN, RUN_HELP, runOptions, async (flags) => {
      exit = await run(flags as RunFlags, outside);
    })
    .command(LINT, LINT_HELP, lintOptions, (flags) => {
      exit = lint(flags as LintFlags, outside);
    })
    .command(EXPLAIN, EXPLAIN_HELP, explainOptions, (flags) => {
      exit = explain(flags as ExplainFlags, outside);
    })
    .command(INIT, INIT_HELP, initOptions, (flags) => {
      exit = init(flags as InitFlags, outside);
    })
    .example('$0 run scenarios/bookinfo', 'simulate a shipped scenario')
    .example('$0 init k8s/', 'write a scenario for your own manifests')
    .example('$0 lint k8s/', 'what is wrong or surprising in them')
    .demandCommand(1, 'Name a command.')
    .strict()
    .version(packageVersion())
    .exitProcess(false)
    .wrap(100)
    .showHelpOnFail(false)
    .fail((message, error) => {
      if (error) throw error;
      throw new UsageError(`${message}\nTry 'drymesh --help'.`);
    });
  let help = '';
  await parser.parseAsync([...args], {}, (_error: unknown, _argv: unknown, output: string) => {
    help = output;
  });
  if (help !== '') outside.out(`${help}\n`);
  return exit;
}
