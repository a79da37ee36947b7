import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Outside } from './outside.js';
import { scenarioPath } from './scenario-path.js';

/** At the beginning of a line in YAML, or of a mapping in JSON: the kind, or the version that only Scenarios have. */
const SAYS_SCENARIO =
  /(?:^|[{,]\s*)["']?(?:kind["']?\s*:\s*["']?Scenario\b|apiVersion["']?\s*:\s*["']?drymesh\.dev\/)/m;

/** Whether a path is a Scenario, or a folder with one in scenario.yaml; all else is manifests. */
export function namesScenario(path: string, { cwd }: Outside): boolean {
  if (path === '-') return false;
  const file = scenarioPath(path, cwd);
  if (file !== path && basename(file) !== 'scenario.yaml') return false;
  try {
    const full = resolve(cwd, file);
    // A pipe can be read once only: what comes out of one is manifests.
    return statSync(full).isFile() && SAYS_SCENARIO.test(readFileSync(full, 'utf8'));
  } catch {
    return false; // a folder without one, or what reading will complain of
  }
}
