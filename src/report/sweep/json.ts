import type { Sweep, SweepPoint } from '../../analysis/sweep/index.js';
import { canonicalJson } from '../canonical-json.js';
import { POINT_ORDER, SWEEP_ORDER } from './key-order.js';

/** The bytes of sweep.json. Throws RangeError with the path of a number that is not finite. */
export function renderSweepJson(sweep: Sweep): string {
  return canonicalJson(sweep, SWEEP_ORDER);
}

/** A line of points.jsonl, without its end. Throws RangeError with the path of a number that is not finite. */
export function renderSweepPoint(point: SweepPoint): string {
  return JSON.stringify(JSON.parse(canonicalJson(point, POINT_ORDER))); // the same keys in the same order
}
