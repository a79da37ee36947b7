import { type Mesh, workloadName } from '../../src/mesh/index.js';
import type { Scenario, Step, TrafficSource } from '../../src/scenario/index.js';
import type { MeasuredRun } from './bench.js';
import type { Lateness } from './lateness.js';

/** Cases whose only subject is what the machine adds to a path, in the order in which they are played. */
export const OVERHEAD_CASES = [
  'overhead-direct',
  'overhead-client',
  'overhead-both',
  'overhead-mtls',
  'overhead-connect',
] as const;
/** What their hosts hold a request for. */
export const OVERHEAD_SERVICE_MS = 10;

/** What the overhead cases came to, ms: mean latencies of a typical run. */
export interface OverheadMeans {
  readonly direct: number;
  readonly client: number;
  readonly both: number;
  readonly mtls: number;
  readonly connect: number;
  /** In `overhead-client`: from the first byte to the host until the last from it. */
  readonly held: number;
  /** How late a wait of a host ends, and how late a request is sent. */
  readonly serviceLate: number;
  readonly sendingLate: number;
}

/**
 * What real paths cost on this machine, ms, in the words of a scenario. It is given to the prediction of every case alike.
 */
export interface Calibration {
  /** One way between two pods: half of what a try takes beside the service while its connection is held. */
  readonly networkMs: number;
  /** CPU of a proxy for a request and its answer together: what the second proxy adds. */
  readonly proxyMs: number;
  /** CPU of a proxy for encrypting or decrypting one message: a quarter of what mutual TLS adds to a call. */
  readonly mtlsMs: number;
  /** Before every call of an application: its own HTTP client. */
  readonly callMs: number;
  /** Added to what a source sees, by what its requests meet first; to a gateway the model adds the way itself. */
  readonly aroundMs: { readonly direct: number; readonly sidecar: number; readonly gateway: number };
  /** What it was worked out from. */
  readonly from: OverheadMeans;
}

export function calibrationOf(from: OverheadMeans): Calibration {
  const least0 = (ms: number) => Math.max(0, ms);
  const service = OVERHEAD_SERVICE_MS + from.serviceLate;
  const networkMs = least0(from.held - service) / 2;
  const proxyMs = least0(from.both - from.client);
  const served = service + 2 * networkMs;
  const sidecar = least0(from.client - served - proxyMs);
  return {
    networkMs,
    proxyMs,
    mtlsMs: least0(from.mtls - from.both) / 4,
    callMs: least0(sidecar - from.sendingLate),
    aroundMs: {
      direct: least0(from.direct - served),
      sidecar,
      gateway: sidecar - 2 * networkMs,
    },
    from,
  };
}

/** How late services ended and sources sent in the runs of a case, ms on average: what was measured is later by it. */
export interface Unpunctuality {
  readonly servicesMs: number;
  readonly sourcesMs: Readonly<Record<string, number>>;
}

export function unpunctuality(runs: readonly Pick<MeasuredRun, 'serviceLate' | 'sendingLate'>[]): Unpunctuality {
  const mean = (of: readonly Lateness[]) => of.reduce((sum, { meanMs }) => sum + meanMs, 0) / of.length;
  const sources = Object.keys(runs[0]!.sendingLate);
  return {
    servicesMs: mean(runs.map(({ serviceLate }) => serviceLate)),
    sourcesMs: Object.fromEntries(
      sources.map((name) => [name, mean(runs.map(({ sendingLate }) => sendingLate[name]!))]),
    ),
  };
}

/** The scenario on a machine with these costs. */
export function calibrated(
  scenario: Scenario,
  { networkMs, proxyMs, mtlsMs, callMs }: Calibration,
  { servicesMs: waitMs }: Unpunctuality,
): Scenario {
  const way = { kind: 'constant', ms: networkMs } as const;
  const { platform, behaviours } = scenario;
  const free = Object.fromEntries(
    Object.entries(platform.proxyCost).map(([name, value]) => [name, typeof value === 'number' ? 0 : value]),
  ) as unknown as typeof platform.proxyCost;
  const proxyCost = { ...free, requestCpuMs: proxyMs / 2, responseCpuMs: proxyMs / 2, mtlsCpuMs: mtlsMs };
  const steps = (all: readonly Step[]): readonly Step[] => all.flatMap((step) => lengthened(step, waitMs, callMs));
  return {
    ...scenario,
    platform: { ...platform, proxyCost },
    network: { sameZone: way, crossZone: way, crossRegion: way },
    behaviours: behaviours.map((behaviour) => ({
      ...behaviour,
      endpoints: behaviour.endpoints?.map((endpoint) => ({ ...endpoint, steps: steps(endpoint.steps) })) ?? null,
    })),
  };
}

/** What is added to every latency of a source. */
export function aroundMs(
  { name, from }: TrafficSource,
  mesh: Mesh,
  { aroundMs: around, from: overheads }: Calibration,
  { sourcesMs }: Unpunctuality,
): number {
  return around[meetsFirst(from, mesh)] + sourcesMs[name]! - overheads.sendingLate;
}

function meetsFirst(from: TrafficSource['from'], mesh: Mesh): keyof Calibration['aroundMs'] {
  if (from.kind === 'gateway') return 'gateway';
  if (from.kind === 'outside') return 'direct';
  const workload = mesh.workloads.find((each) => workloadName(each) === from.name);
  return workload?.proxy == null ? 'direct' : 'sidecar';
}

function lengthened(step: Step, waitMs: number, callMs: number): readonly Step[] {
  const all = (steps: readonly Step[]): readonly Step[] => steps.flatMap((each) => lengthened(each, waitMs, callMs));
  const before = (ms: number): Step => ({ kind: 'wait', place: step.place, time: { kind: 'constant', ms } });
  switch (step.kind) {
    case 'wait':
      return [before(waitMs), step];
    case 'call':
      return [before(callMs), step];
    case 'parallel':
      return [{ ...step, branches: step.branches.map(all) }];
    case 'choose':
      return [{ ...step, options: step.options.map((option) => ({ ...option, steps: all(option.steps) })) }];
    case 'repeat':
      return [{ ...step, steps: all(step.steps) }];
    default:
      return [step];
  }
}
