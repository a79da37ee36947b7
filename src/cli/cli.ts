import { dispatch } from './dispatch.js';
import { EXIT, type ExitCode, type Outside } from './outside.js';
import { UsageError } from './usage.js';

/** Runs the command line. Never throws: what goes wrong in Drymesh itself is said, with exit code 3. */
export async function drymesh(args: readonly string[], outside: Outside): Promise<ExitCode> {
  try {
    return await dispatch(args, outside);
  } catch (error) {
    if (error instanceof UsageError) {
      outside.err(`drymesh: ${error.message}\n`);
      return EXIT.refused;
    }
    tellDefect(error, outside);
    return EXIT.defect;
  }
}

function tellDefect(error: unknown, outside: Outside): void {
  const what = error instanceof Error ? error.message : String(error);
  outside.err(`This is a defect of Drymesh, not of your files: ${what}\n`);
  outside.err('Please report it with the command and the files; DRYMESH_DEBUG=1 shows where it happened.\n');
  if (outside.env.DRYMESH_DEBUG && error instanceof Error) outside.err(`${error.stack}\n`);
}
