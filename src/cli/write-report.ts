import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../analysis/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import { renderJson } from '../report/json.js';
import { refusalOf, writeWhole } from './write-file.js';

export interface Timing {
  /** The simulation alone. */
  readonly wallSeconds: number;
  readonly setupSeconds: number;
  readonly peakMemoryBytes: number;
  readonly workers: number;
}

/** Makes the folder of a report and writes into it for a try: null, or why a report cannot land there. */
export function unwritable(folder: string, written: string): Diagnostic | null {
  const probe = join(folder, `.${process.pid}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    writeWhole(probe, '');
    rmSync(probe);
    return null;
  } catch (error) {
    return {
      code: 'unwritable',
      severity: 'error',
      refuses: true,
      message: `the report cannot be written to ${JSON.stringify(written)}: ${refusalOf(error)}`,
      help: 'name another folder with --out',
      file: '--out',
      line: 1,
      column: 1,
      resource: null,
    };
  }
}

/**
 * Writes report.json, report.html, timing.json and `more` into `folder`, each whole or not at all. Throws as node:fs does.
 */
export async function writeReport(
  folder: string,
  report: Report,
  timing: Timing,
  more: Readonly<Record<string, (report: Report) => string>> = {},
): Promise<void> {
  const { renderHtml } = await import('../report/html/index.js'); // charts: half of what there is to load
  writeWhole(join(folder, 'report.json'), renderJson(report));
  writeWhole(join(folder, 'report.html'), renderHtml(report));
  for (const [file, render] of Object.entries(more)) writeWhole(join(folder, file), render(report));
  writeWhole(join(folder, 'timing.json'), `${JSON.stringify(timing, null, 2)}\n`);
}
