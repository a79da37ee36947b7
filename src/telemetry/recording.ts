import type { EdgeName } from './edge.js';
import { EdgeRow } from './edge.js';
import type { EdgesAroundFaults } from './edge-meter.js';
import type { TrafficRecorder } from './traffic-recorder.js';

/** What the pods of one workload did within [0, duration). */
export interface WorkloadRecord {
  readonly name: string;
  readonly kind: 'app' | 'gateway' | 'waypoint' | 'external';
  readonly service: string | null;
  readonly version: string | null;
  readonly replicas: number;
  /** Requests that its pods received. */
  received: number;
  appCpuMs: number;
  proxyCpuMs: number;
  /** Sum over pods of min(limit, threads); what `appCpuMs` is held against. */
  readonly cores: number;
  /** Sums over pods of the time integrals. */
  busyWorkersMs: number;
  /** Sum over pods; Infinity when unlimited. */
  readonly workers: number;
  queueMs: number;
  queueMax: number;
  readonly proxyMemoryBytes: number;
}

/** Everything that one replication saw. */
export interface Recording {
  readonly replication: number;
  readonly events: number;
  readonly hops: number;
  readonly traffic: readonly TrafficRecorder[];
  readonly edges: readonly EdgeRow[];
  /** Null: no fault ended within the duration. */
  readonly aroundFaults: EdgesAroundFaults | null;
  /** Calls and their attempts, abandoned ones that pods still hold among them, at the end of each whole step of the timeline. */
  readonly levels: readonly number[];
  readonly workloads: readonly WorkloadRecord[];
  /** Requests of all sources that arrived within the duration. */
  readonly arrived: number;
  /** Of [0, duration), less when the run was stopped. */
  readonly observedMs: number;
  readonly stopped: { readonly reason: string; readonly atSeconds: number } | null;
}

/** The rows of a run, each made when it is first asked for. */
export class EdgeBook {
  readonly #rows = new Map<string, EdgeRow>();

  row(name: EdgeName): EdgeRow {
    const key = JSON.stringify([name.source, name.destination, name.workload]);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = new EdgeRow(name);
      this.#rows.set(key, row);
    }
    return row;
  }

  get rows(): readonly EdgeRow[] {
    return [...this.#rows.values()];
  }
}
