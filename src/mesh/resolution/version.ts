/** Whether a control plane of `version` behaves as those since 1.`minor` do. */
export function isSince(version: readonly [number, number], minor: number): boolean {
  return version[0] > 1 || version[1] >= minor;
}
