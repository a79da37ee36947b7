import type { Place, ResourceName } from '../diagnostics/index.js';
import type { Origin } from '../mesh/index.js';
import type { Section, Value } from '../reading/index.js';

/** One object as the cluster would hold it. */
export interface Resource {
  /** Empty for Kubernetes' core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `default` when none is written; empty for what has no namespace. */
  readonly namespace: string;
  readonly name: string;
  /** Rank by creation: 0 is the oldest. */
  readonly age: number;
  /** The whole object. */
  readonly section: Section;
}

/** Where a node of the mesh was written. Only for sections and values below a resource. */
export function originOf(node: Section | Value): Origin {
  const place: Place = 'place' in node ? node.place : node.at();
  return { ...place, resource: node.resource ?? NOBODY, path: node.path };
}

const NOBODY: ResourceName = { kind: '', namespace: '', name: '' };
