import type { MessageBook, Plane, Pod } from '../dataplane/index.js';
import type { EdgeBook } from '../telemetry/index.js';
import type { Admissions } from './admissions.js';
import type { Blueprint } from './blueprint.js';
import type { RateLimitBook } from './rate-limits.js';
import type { Station } from './stations.js';

/** Whose messages are planned: a workload, or a client outside the mesh. */
export interface PlanningCaller {
  /** Names the rows of the report. */
  readonly name: string;
  /** Null: a client outside. */
  readonly station: Station | null;
}

export interface PlannerContext {
  readonly blueprint: Blueprint;
  readonly plane: Plane;
  readonly edges: EdgeBook;
  readonly messages: MessageBook;
  readonly limits: RateLimitBook;
  readonly admissions: Admissions;
  /** By station. */
  readonly pods: readonly (readonly Pod[])[];
}
