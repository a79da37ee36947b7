import { MECHANISMS, type TrafficRecorder } from '../telemetry/index.js';
import { edgeKey } from './edge-key.js';

/** What an edge spent on each mechanism, in the sampled requests of one source. */
export interface EdgeShare {
  readonly source: string;
  readonly destination: string;
  readonly ms: Float64Array;
}

/** Of one source in all replications. `isIn`: which bands of latency; all by default. */
export function edgeShares(
  recorders: readonly TrafficRecorder[],
  isIn: (band: number) => boolean = () => true,
): readonly EdgeShare[] {
  const shares = new Map<string, EdgeShare>();
  for (const { breakdowns } of recorders) {
    breakdowns.forEach((breakdown, band) => {
      if (breakdown === undefined || !isIn(band)) return;
      for (let i = 0; i < breakdown.length; i++) {
        const { source, destination } = breakdown.row(i).name;
        const key = edgeKey({ source, destination });
        const share = shares.get(key) ?? { source, destination, ms: new Float64Array(MECHANISMS.length) };
        shares.set(key, share);
        for (let mechanism = 0; mechanism < MECHANISMS.length; mechanism++) {
          share.ms[mechanism]! += breakdown.msOf(i, mechanism);
        }
      }
    });
  }
  return [...shares.values()];
}
