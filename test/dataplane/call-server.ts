import type { EdgeReport, Report, TrafficReport } from '../../src/analysis/index.js';
import { reportOf } from '../support/run.js';
import { destinationRule, station, virtualService } from '../support/stations.js';

/** A caller with a sidecar, and what it calls: most behaviour of a proxy needs no more. */
export interface Setup {
  /** Fields of the VirtualService's one rule, or all its rules. */
  readonly http?: object;
  /** `trafficPolicy` of the DestinationRule. */
  readonly policy?: object;
  readonly subsets?: readonly object[];
  /** What the workload `server` does. Default: answers 200 at once. */
  readonly server?: object;
  readonly replicas?: number;
  readonly serverSidecar?: boolean;
  readonly callers?: number;
  /** Worker threads of the caller's sidecar. */
  readonly concurrency?: number;
  readonly proxyCpu?: string;
  /** When requests are sent, ms; instead of `rate`. Before 0: not counted. */
  readonly atMs?: readonly number[];
  /** Per second; default 100, evenly spaced. */
  readonly rate?: number;
  readonly arrivals?: string;
  readonly seconds?: number;
  readonly url?: string;
  /** More fields of the traffic source. */
  readonly traffic?: object;
  readonly platform?: object;
  /** One way; default 0. */
  readonly network?: string;
  readonly faults?: readonly object[];
  /** Manifests that pushes name. */
  readonly pushed?: Readonly<Record<string, string>>;
  /** More of everything. */
  readonly manifests?: string;
  readonly workloads?: object;
  readonly seed?: number;
  readonly drain?: string;
}

export interface Seen {
  readonly report: Report;
  readonly traffic: TrafficReport;
  /** Rows of what the caller called, those of `server` first. */
  readonly edges: readonly EdgeReport[];
  readonly requests: number;
  /** Attempts at all hosts of `server`. */
  readonly attempts: number;
  counter(name: string): number;
}

/** One replication from time 0 on; nothing costs time but what is said. */
export async function callServer(setup: Setup): Promise<Seen> {
  const { http, policy, subsets = [], server = { endpoints: [{}] }, seconds = 100, atMs, traffic = {} } = setup;
  const hasRule = policy !== undefined || subsets.length > 0;
  const manifests = [
    station('caller', {
      sidecar: true,
      replicas: setup.callers ?? 1,
      concurrency: setup.concurrency ?? 1,
      ...(setup.proxyCpu === undefined ? {} : { proxyCpu: setup.proxyCpu }),
    }),
    station('server', { sidecar: setup.serverSidecar ?? false, replicas: setup.replicas ?? 1 }),
    http === undefined ? '' : virtualService('server', http),
    hasRule ? destinationRule('server', policy, subsets) : '',
    setup.manifests ?? '',
  ];
  const load =
    atMs === undefined
      ? { rate: `${setup.rate ?? 100}/s`, arrivals: setup.arrivals ?? 'constant' }
      : { replay: 'times.csv', requests: [{ name: 'r', to: setup.url ?? 'http://server/' }] };
  const to = atMs === undefined && !('requests' in traffic) ? { to: setup.url ?? 'http://server/' } : {};
  const csv = (atMs ?? []).map((ms) => `${ms / 1000},r`).join('\n');
  const warmupMs = Math.max(0, ...(atMs ?? []).map((ms) => -ms));
  const report = await reportOf({
    manifests: manifests.join(''),
    pushed: setup.pushed ?? {},
    assets: { read: (file) => ({ file, text: `seconds,request\n${csv}\n` }) },
    spec: {
      platform: { proxyCost: 'none', endpointDelay: '10h', ...setup.platform },
      network: { sameZone: setup.network ?? '0s' },
      workloads: { caller: { endpoints: [] }, server, ...setup.workloads },
      traffic: [{ name: 'load', from: { workload: 'caller' }, ...load, ...to, ...traffic }],
      faults: setup.faults ?? [],
      run: {
        duration: `${seconds}s`,
        warmup: `${warmupMs / 1000}s`,
        drain: setup.drain ?? '1h',
        seed: setup.seed ?? 1,
        replications: 1,
      },
    },
  });
  const edges = report.edges.filter(({ source }) => source === 'caller');
  const toServer = edges.filter(({ destination }) => destination === 'server');
  return {
    report,
    traffic: report.traffic[0]!,
    edges: [...toServer, ...edges.filter((edge) => !toServer.includes(edge))],
    requests: report.traffic[0]!.requests,
    attempts: toServer.reduce((sum, edge) => sum + edge.attempts, 0),
    counter: (name) => toServer.reduce((sum, edge) => sum + (edge.counters[name] ?? 0), 0),
  };
}

/** So many times the same moment, ms. */
export function burst(requests: number, atMs = 0): number[] {
  return new Array<number>(requests).fill(atMs);
}

/** `200 -` and the like: codes and flags where all requests of a run end alike. */
export function outcome({ traffic }: Seen): string {
  const codes = Object.keys(traffic.codes).join('|');
  const flags = Object.keys(traffic.flags).sort().join(',');
  return `${codes} ${flags === '' ? '-' : flags}`;
}

/** Whether `hits` of `of` are what a share of `share` gives: within 3.3 standard deviations, and half a hit. */
export function isShare(hits: number, of: number, share: number): boolean {
  return Math.abs(hits - of * share) <= 3.3 * Math.sqrt(of * share * (1 - share)) + 0.5;
}
