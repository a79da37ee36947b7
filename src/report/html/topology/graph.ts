import type { EdgeReport, Report, WorkloadReport } from '../../../analysis/index.js';
import { compareText } from '../../../diagnostics/index.js';
import { countedSeconds, failedCalls } from '../../edge-order.js';

export interface GraphNode {
  readonly id: string;
  readonly name: string;
  /** `unreached`: calls to this service were refused before a workload was picked. */
  readonly kind: 'traffic' | WorkloadReport['kind'] | 'unreached';
  readonly requests: number;
  readonly failed: number;
  readonly utilization: number | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly failed: number;
  readonly ratePerSecond: number;
  /** Not from a row of the report: where requests enter the mesh. */
  readonly isEntry: boolean;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Nodes of the report that were left out for being the least loaded of many. */
  readonly hidden: number;
}

interface Sums {
  requests: number;
  failed: number;
}

/** What calls what, as one node a workload; at most `nodesMax` of them: the unwell and the busy, with those who call them. */
export function graphOf(report: Report, nodesMax: number): Graph {
  const seconds = countedSeconds(report);
  const edges = edgesOf(report.edges, seconds);
  const nodes = nodesOf(report, edges);
  const entries = entriesOf(report, nodes, edges);
  const all = [...entries.nodes, ...nodes];
  const joined = [...entries.edges, ...edges];
  const kept = keptOf(all, joined, nodesMax);
  return {
    nodes: all.filter(({ id }) => kept.has(id)),
    edges: joined.filter(({ from, to }) => kept.has(from) && kept.has(to)),
    hidden: Math.max(0, all.length - kept.size),
  };
}

const reached = (name: string) => `workload ${name}`;
const unreached = (destination: string) => `unreached ${destination}`;

function edgesOf(rows: readonly EdgeReport[], seconds: number): readonly GraphEdge[] {
  const sums = new Map<string, Sums & { from: string; to: string }>();
  for (const row of rows) {
    const to = row.workload === null ? unreached(row.destination) : reached(row.workload);
    const key = JSON.stringify([row.source, to]);
    const sum = sums.get(key) ?? { from: reached(row.source), to, requests: 0, failed: 0 };
    sum.requests += row.requests;
    sum.failed += failedCalls(row);
    sums.set(key, sum);
  }
  return [...sums.values()]
    .filter(({ requests, to }) => requests > 0 || !to.startsWith('unreached'))
    .map((sum) => ({ ...sum, ratePerSecond: seconds > 0 ? sum.requests / seconds : 0, isEntry: false }));
}

function nodesOf(report: Report, edges: readonly GraphEdge[]): readonly GraphNode[] {
  const workloads = new Map(report.workloads.map((workload) => [reached(workload.name), workload]));
  const traffic = new Set(report.traffic.map(({ name }) => reached(name)));
  const into = new Map<string, Sums>();
  for (const { to, requests, failed } of edges) {
    const sum = into.get(to) ?? { requests: 0, failed: 0 };
    into.set(to, { requests: sum.requests + requests, failed: sum.failed + failed });
  }
  const ids = new Set([...edges.flatMap(({ from, to }) => [from, to]), ...workloads.keys()]);
  const kindOf = (id: string) => {
    if (id.startsWith('unreached ')) return 'unreached';
    return workloads.get(id)?.kind ?? (traffic.has(id) ? 'traffic' : 'app');
  };
  return [...ids].sort(compareText).map((id) => ({
    id,
    name: id.slice(id.indexOf(' ') + 1),
    kind: kindOf(id),
    ...(into.get(id) ?? { requests: 0, failed: 0 }),
    utilization: workloads.get(id)?.utilization ?? null,
  }));
}

/**
 * The sources that no row names (a gateway or a workload calls for them) as one node, joined to what nobody else calls:
 * that is where requests enter.
 */
function entriesOf(
  report: Report,
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): Pick<Graph, 'nodes' | 'edges'> {
  const callers = new Set(edges.map(({ from }) => from));
  const called = new Set(edges.map(({ to }) => to));
  const sources = report.traffic.filter(({ name }) => !callers.has(reached(name)));
  const doors = nodes.filter(({ id, kind }) => kind !== 'traffic' && callers.has(id) && !called.has(id));
  if (sources.length === 0 || doors.length === 0) return { nodes: [], edges: [] };
  const requests = sources.reduce((sum, source) => sum + source.requests, 0);
  const failed = sources.reduce((sum, { success, ...source }) => sum + source.requests * (1 - (success.ratio ?? 1)), 0);
  const name = sources.length === 1 ? sources[0]!.name : `${sources.length} traffic sources`;
  const ratePerSecond = sources.reduce((sum, source) => sum + source.ratePerSecond, 0) / doors.length;
  return {
    nodes: [{ id: 'entry', name, kind: 'traffic', requests, failed, utilization: null }],
    edges: doors.map(({ id }) => ({
      from: 'entry',
      to: id,
      requests: requests / doors.length,
      failed: 0,
      ratePerSecond,
      isEntry: true,
    })),
  };
}

/**
 * The heaviest nodes, each with its busiest caller, that one's busiest caller, and so on, so that the drawing hangs
 * together. A node whose callers find no room any more is left out.
 */
function keptOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[], nodesMax: number): ReadonlySet<string> {
  const callers = new Map<string, GraphEdge>();
  for (const edge of edges) {
    if (edge.from !== edge.to && edge.requests > (callers.get(edge.to)?.requests ?? -1)) callers.set(edge.to, edge);
  }
  const kept = new Set<string>();
  for (const { id } of [...nodes].sort(byWeight)) {
    const chain = new Set<string>();
    for (
      let at: string | undefined = id;
      at !== undefined && !kept.has(at) && !chain.has(at);
      at = callers.get(at)?.from
    ) {
      chain.add(at);
    }
    if (kept.size + chain.size <= nodesMax) for (const member of chain) kept.add(member);
  }
  return kept;
}

function byWeight(a: GraphNode, b: GraphNode): number {
  return b.failed - a.failed || b.requests - a.requests || compareText(a.id, b.id);
}
