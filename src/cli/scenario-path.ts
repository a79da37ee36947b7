import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A folder stands for the `scenario.yaml` in it. */
export function scenarioPath(path: string, cwd: string): string {
  try {
    return statSync(resolve(cwd, path)).isDirectory() ? join(path, 'scenario.yaml') : path;
  } catch {
    return path; // reading it will say what is wrong
  }
}
