import type { Place, ResourceName } from '../diagnostics/index.js';

/**
 * Where a node of the mesh was written: the place of its first key and the resource that holds it. `path` is the node's
 * path in that resource (`spec.http[0]`), so that the line of any field below it can be looked up on demand.
 * `generated` marks what nobody wrote (an implied gateway).
 */
export interface Origin extends Place {
  readonly resource: ResourceName;
  readonly path: string;
  readonly generated?: boolean;
}
