import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../analysis/index.js';
import { renderHtml, renderJson } from '../report/index.js';

export interface Timing {
  /** The simulation alone. */
  readonly wallSeconds: number;
  readonly setupSeconds: number;
  readonly peakMemoryBytes: number;
  readonly workers: number;
}

/** Writes report.json, report.html and timing.json into `folder`, each whole or not at all. */
export function writeReport(folder: string, report: Report, timing: Timing): void {
  mkdirSync(folder, { recursive: true });
  replace(join(folder, 'report.json'), renderJson(report));
  replace(join(folder, 'report.html'), renderHtml(report));
  replace(join(folder, 'timing.json'), `${JSON.stringify(timing, null, 2)}\n`);
}

/** Writes under a temporary name and renames: a reader never sees half a file. */
export function replace(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
