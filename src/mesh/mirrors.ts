import type { Mirror, Mirroring } from './routes.js';

/**
 * All mirrors of a rule, those with a share of 0 too. Source: Istio 1.31, pilot/pkg/networking/core/route/route.go,
 * `MirrorPercent`.
 */
export function mirrorsOf({ one, percentage, percent, several }: Mirroring): readonly Mirror[] {
  const alone = one === null ? [] : [{ ...one, share: percentage ?? percent ?? 1 }];
  return [...alone, ...several];
}

/** What a delegate leaves unset it takes from the root. Source: pilot/pkg/model/virtualservice.go, `mergeHTTPRoute`. */
export function delegatedMirroring(root: Mirroring, leaf: Mirroring): Mirroring {
  return {
    one: leaf.one ?? root.one,
    percentage: leaf.percentage ?? root.percentage,
    percent: leaf.percent ?? root.percent,
    several: leaf.several.length > 0 ? leaf.several : root.several,
  };
}
