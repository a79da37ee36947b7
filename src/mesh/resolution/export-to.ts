/** Whether a resource of namespace `owner` with this `exportTo` is seen by proxies of `namespace`. Empty means all. */
export function isExportedTo(namespace: string, owner: string, exportTo: readonly string[]): boolean {
  if (exportTo.length === 0) return true;
  return exportTo.some((entry) => entry === '*' || entry === namespace || (entry === '.' && owner === namespace));
}

/** Whether nobody but the namespace `owner` sees it. */
export function isPrivate(owner: string, exportTo: readonly string[]): boolean {
  return exportTo.length > 0 && exportTo.every((entry) => entry === '.' || entry === owner);
}

/**
 * The order in which sidecars of `viewer` take VirtualServices that they see: first those of their own namespace that are
 * not everybody's, then those that name it, then everybody's.
 * Source: Istio 1.31, pilot/pkg/model/sidecar.go, `SelectVirtualServices`; push_context.go, `initVirtualServices`.
 */
export function exportRank(viewer: string, owner: string, exportTo: readonly string[]): number {
  if (exportTo.length === 0 || exportTo.includes('*')) return 2;
  return owner === viewer ? 0 : 1;
}
