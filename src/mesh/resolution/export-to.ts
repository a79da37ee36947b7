/** Whether a resource of namespace `owner` with this `exportTo` is seen by proxies of `namespace`. Empty means all. */
export function isExportedTo(namespace: string, owner: string, exportTo: readonly string[]): boolean {
  if (exportTo.length === 0) return true;
  return exportTo.some((entry) => entry === '*' || entry === namespace || (entry === '.' && owner === namespace));
}

/** Whether nobody but the namespace `owner` sees it. */
export function isPrivate(owner: string, exportTo: readonly string[]): boolean {
  return exportTo.length > 0 && exportTo.every((entry) => entry === '.' || entry === owner);
}
