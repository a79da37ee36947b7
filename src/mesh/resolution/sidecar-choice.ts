import type { Mesh } from '../mesh.js';
import type { SidecarScope } from '../sidecar.js';
import type { Workload } from '../workload.js';
import { groupBy } from './grouping.js';
import { selects } from './labels.js';

/**
 * Finds the Sidecar of a workload: one whose selector matches, else the namespace's without selector, else the root
 * namespace's. One only, the oldest of its kind; nothing is merged.
 */
export class SidecarChoice {
  readonly #byNamespace: ReadonlyMap<string, SidecarScope[]>;
  readonly #rootNamespace: string;

  constructor(mesh: Mesh) {
    const byAge = mesh.sidecarScopes.toSorted((a, b) => a.age - b.age);
    this.#byNamespace = groupBy(byAge, (scope) => scope.namespace);
    this.#rootNamespace = mesh.settings.rootNamespace;
  }

  of(workload: Workload): SidecarScope | null {
    const local = this.#byNamespace.get(workload.namespace) ?? [];
    const root = this.#byNamespace.get(this.#rootNamespace) ?? [];
    return (
      local.find((scope) => scope.workloadSelector !== null && selects(scope.workloadSelector, workload.labels)) ??
      local.find((scope) => scope.workloadSelector === null) ??
      root.find((scope) => scope.workloadSelector === null) ??
      null
    );
  }
}
