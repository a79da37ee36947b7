import { MECHANISMS, newVector, type TrafficRecorder } from '../telemetry/index.js';
import { edgeKey } from './edge-key.js';

/** What an edge spent on each mechanism, in the sampled requests of one source. */
export interface EdgeShare {
  readonly source: string;
  readonly destination: string;
  readonly ms: Float64Array;
  /** The same by the workload at which the calls ended. */
  readonly msAt: ReadonlyMap<string, Float64Array>;
}

/** The workload at which most of the time on a mechanism was spent; null: calls ended at none. */
export function mostOf({ msAt }: EdgeShare, mechanism: number): string | null {
  let most: string | null = null;
  for (const [workload, ms] of msAt) {
    if (most === null || ms[mechanism]! > msAt.get(most)![mechanism]!) most = workload;
  }
  return most;
}

/** Of one source in all replications. `isIn`: which bands of latency; all by default. */
export function edgeShares(
  recorders: readonly TrafficRecorder[],
  isIn: (band: number) => boolean = () => true,
): readonly EdgeShare[] {
  const shares = new Map<string, EdgeShare & { readonly msAt: Map<string, Float64Array> }>();
  for (const { breakdowns } of recorders) {
    breakdowns.forEach((breakdown, band) => {
      if (breakdown === undefined || !isIn(band)) return;
      for (let i = 0; i < breakdown.length; i++) {
        const { source, destination, workload } = breakdown.row(i).name;
        const key = edgeKey({ source, destination });
        const share = shares.get(key) ?? {
          source,
          destination,
          ms: newVector(),
          msAt: new Map<string, Float64Array>(),
        };
        shares.set(key, share);
        const own = workload === null ? null : (share.msAt.get(workload) ?? newVector());
        if (own !== null) share.msAt.set(workload!, own);
        for (let mechanism = 0; mechanism < MECHANISMS.length; mechanism++) {
          const ms = breakdown.msOf(i, mechanism);
          share.ms[mechanism]! += ms;
          if (own !== null) own[mechanism]! += ms;
        }
      }
    });
  }
  return [...shares.values()];
}
