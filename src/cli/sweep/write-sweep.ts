import { join } from 'node:path';
import type { Sweep } from '../../analysis/sweep/index.js';
import { renderSweepJson } from '../../report/sweep/json.js';
import { writeWhole } from '../write-file.js';

/** Writes sweep.json and sweep.html into `folder`, each whole or not at all. Throws as node:fs does. */
export async function writeSweep(folder: string, sweep: Sweep): Promise<void> {
  const { renderSweepHtml } = await import('../../report/html/sweep/page.js'); // charts: half of what there is to load
  writeWhole(join(folder, 'sweep.json'), renderSweepJson(sweep));
  writeWhole(join(folder, 'sweep.html'), renderSweepHtml(sweep));
}
