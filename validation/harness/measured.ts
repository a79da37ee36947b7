import { FLAG_NAMES, isSuccess } from '../../src/dataplane/status.js';
import { type Mesh, shortServiceName } from '../../src/mesh/index.js';
import type { Scenario } from '../../src/scenario/index.js';
import type { AccessEntry } from './access-log.js';
import { addTo, COMPARED_COUNTERS, type Figures, shares, type TrafficFigures } from './figures.js';
import { quantile } from './lateness.js';
import type { SentRequests } from './protocol.js';

/** The counters of one workload's proxies: at the end of warm-up and at the end of the duration, by name, added up. */
export interface Counted {
  readonly workload: string;
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
}

/** What a run of real Envoys comes to. `log`: of the proxies that the sources' requests reach first. */
export function measuredFigures(
  scenario: Scenario,
  mesh: Mesh,
  sent: readonly SentRequests[],
  log: ReadonlyMap<string, AccessEntry>,
  counted: readonly Counted[],
): Figures {
  const traffic: Record<string, TrafficFigures> = {};
  for (const each of sent) traffic[scenario.traffic[each.source]!.name] = ofSource(scenario, each, log);
  const requests = sent.reduce((sum, { status }) => sum + status.length, 0);
  return { traffic, counters: countersOf(mesh, counted, requests) };
}

function ofSource(scenario: Scenario, sent: SentRequests, log: ReadonlyMap<string, AccessEntry>): TrafficFigures {
  const { requests: mix } = scenario.traffic[sent.source]!;
  const expected = mix.flatMap(({ expect }) => expect.map(({ status }) => status));
  const total = sent.status.length;
  const codes = new Map<string, number>();
  const flags = new Map<string, number>();
  let succeeded = 0;
  sent.status.forEach((status, i) => {
    if (status >= 0) addTo(codes, String(status), 1);
    if (status >= 0 && isSuccess(status, expected)) succeeded++;
    const written = log.get(`${sent.source}-${sent.number[i]}`)?.flags ?? '-';
    for (const flag of written.split(',')) if (isKnown(flag)) addTo(flags, flag, 1);
  });
  const sorted = Float64Array.from(sent.latencyMs).sort();
  const at = (q: number) => (total === 0 ? 0 : quantile(sorted, q));
  return {
    requests: total,
    success: total === 0 ? 0 : succeeded / total,
    meanMs: total === 0 ? 0 : sorted.reduce((sum, ms) => sum + ms, 0) / total,
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p99Ms: at(0.99),
    codes: shares(codes, total),
    flags: shares(flags, total),
  };
}

function isKnown(flag: string): boolean {
  return (FLAG_NAMES as readonly string[]).includes(flag);
}

function countersOf(mesh: Mesh, counted: readonly Counted[], requests: number): Figures['counters'] {
  const services = new Map(mesh.services.map((service) => [service.host, shortServiceName(service)]));
  const sums = new Map<string, Map<string, number>>();
  for (const { workload, before, after } of counted) {
    for (const [name, value] of after) {
      const found = parseCounter(name);
      if (found === null) continue;
      const edge = `${workload} > ${services.get(found.host) ?? found.host}`;
      if (!sums.has(edge)) sums.set(edge, new Map());
      addTo(sums.get(edge)!, found.counter, value - (before.get(name) ?? 0));
    }
  }
  const edges = [...sums].map(([edge, counts]) => [edge, shares(counts, requests)] as const);
  return Object.fromEntries(
    edges.filter(([, counts]) => Object.keys(counts).length > 0).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const BY_ENVOY = Object.entries(COMPARED_COUNTERS);

/** `cluster.outbound|80||main.default.svc.cluster.local.upstream_rq_retry` */
function parseCounter(name: string): { readonly host: string; readonly counter: string } | null {
  const match = /^cluster\.outbound\|\d+\|[^|]*\|(.+)$/.exec(name);
  if (match === null) return null;
  for (const [counter, written] of BY_ENVOY) {
    if (match[1]!.endsWith(`.${written}`)) return { host: match[1]!.slice(0, -written.length - 1), counter };
  }
  return null;
}
