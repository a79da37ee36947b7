import type { Given } from '../support/run.js';
import { deployment, destinationRule, service, station, virtualService } from '../support/stations.js';

/** One experiment on a real Envoy, in the words of the oracle's README. Times in s or as Istio writes them. */
export interface OracleCase {
  readonly name: string;
  readonly load: {
    readonly rate?: number;
    readonly seconds: number;
    readonly warmup: number;
    readonly steps?: readonly (readonly [from: number, rate: number])[];
  };
  readonly series?: number;
  readonly direct?: boolean;
  readonly serverSidecar?: object;
  readonly route?: RouteWords;
  readonly policy?: PolicyWords;
  readonly endpoints: readonly EndpointWords[];
  readonly services?: Readonly<
    Record<string, { readonly policy?: PolicyWords; readonly endpoints: readonly EndpointWords[] }>
  >;
}

interface RouteWords {
  readonly timeout?: string;
  readonly retries?: object;
  readonly fault?: {
    readonly delay?: { readonly fixedDelay: string; readonly percent: number };
    readonly abort?: { readonly httpStatus: number; readonly percent: number };
  };
  readonly mirror?: { readonly service: string; readonly percent: number };
}

interface PolicyWords {
  readonly maxConnections?: number;
  readonly http1MaxPendingRequests?: number;
  readonly http2MaxRequests?: number;
  readonly maxRequestsPerConnection?: number;
  readonly maxRetries?: number;
  readonly connectTimeout?: string;
  readonly lb?: string;
  readonly retryBudget?: object;
  readonly outlierDetection?: object;
}

interface EndpointWords {
  readonly name?: string;
  readonly n?: number;
  readonly priority?: number;
  readonly service?: { readonly dist: string; readonly ms: number; readonly sigma?: number };
  readonly status?: Readonly<Record<string, number>>;
  readonly errorMs?: number;
  readonly concurrency?: number;
  readonly refuse?: boolean;
  readonly schedule?: readonly { readonly at: number; readonly status?: Readonly<Record<string, number>> }[];
}

/** What passes while the connection to the host is held, beside the service: the README's 0.44 ms a try. */
const HELD_MS = 0.44;
/** Of it, each way: opening a connection costs one round trip, and `overhead-connect` adds 0.08 ms. */
const ONE_WAY_MS = 0.04;
/** What is left of `overhead-client`'s 0.90 ms, before and after, and what `overhead-both` adds to it. */
const AROUND_MS = 0.46;
const SERVER_SIDECAR_MS = 0.37;

/** Added to every latency of a case. */
export function aroundMs({ direct, serverSidecar }: OracleCase): number {
  if (direct) return 0;
  return serverSidecar === undefined ? AROUND_MS : AROUND_MS + SERVER_SIDECAR_MS;
}

/** Whether a case needs what a scenario cannot say, or the model does not do: unequal weights. */
export function isBeyondModel({ endpoints }: OracleCase): boolean {
  return endpoints.some((endpoint) => 'weight' in endpoint || 'health' in endpoint);
}

/** The scenario that stands for a case. */
export function givenOf(oracle: OracleCase, replications: number): Given {
  const { load, route = {}, policy = {}, endpoints, services = {}, serverSidecar, direct } = oracle;
  const everybody = [...endpoints, ...Object.values(services).flatMap((each) => each.endpoints)];
  // A host with a limit spends the overhead outside of its places: all of it goes to the way.
  const wayMs = everybody.some(({ concurrency }) => concurrency !== undefined) ? HELD_MS / 2 : ONE_WAY_MS;
  const restMs = HELD_MS - 2 * wayMs;
  const workloads: Record<string, object> = { caller: { endpoints: [] } };
  const faults: object[] = [];
  let manifests = station('caller', { sidecar: direct !== true });
  const addService = (host: string, words: PolicyWords, hosts: readonly EndpointWords[]) => {
    const policyWords = trafficPolicyOf(words);
    manifests += service(host) + (Object.keys(policyWords).length > 0 ? destinationRule(host, policyWords) : '');
    hosts.forEach((endpoint, i) => {
      const name = `${host}-${endpoint.name ?? i}`;
      const labels = { kind: name };
      manifests += deployment(name, {
        app: host,
        labels,
        replicas: endpoint.n ?? 1,
        sidecar: serverSidecar !== undefined,
      });
      const zones = { [zoneOf(endpoint.priority ?? 0)]: endpoint.n ?? 1 };
      workloads[name] = { zones, ...behaviourOf(endpoint, restMs) };
      faults.push(...faultsOf(name, endpoint, oracle));
    });
  };
  addService('main', policy, endpoints);
  for (const [host, each] of Object.entries(services)) addService(host, each.policy ?? {}, each.endpoints);
  manifests += virtualService('main', ruleOf(route));
  return {
    manifests,
    spec: {
      platform: { proxyCost: 'none', endpointDelay: '10h', nodes: { cpu: 16, zones: [zoneOf(0), zoneOf(1)] } },
      network: { sameZone: `${wayMs}ms`, crossZone: `${wayMs}ms` },
      workloads,
      traffic: [{ name: 'load', from: { workload: 'caller' }, to: 'http://main/', ...trafficOf(load) }],
      faults,
      run: {
        duration: `${load.seconds - warmupOf(oracle)}s`,
        warmup: `${warmupOf(oracle)}s`,
        seed: 1,
        replications,
      },
    },
  };
}

/** Outlier detection ranks zones by their distance from the caller's, which is the one of priority 0. */
function zoneOf(priority: number): string {
  return `region/${priority}`;
}

/** Hosts that refuse do so from the start: there is no warm-up in which they would not. */
function warmupOf({ load, endpoints }: OracleCase): number {
  return endpoints.some(({ refuse }) => refuse) ? 0 : load.warmup;
}

function trafficOf({ rate, seconds, steps }: OracleCase['load']): object {
  if (steps === undefined) return { rate: `${rate}/s` };
  return {
    stages: steps.map(([from, perSecond], i) => ({
      for: `${(steps[i + 1]?.[0] ?? seconds) - from}s`,
      rate: `${perSecond}/s`,
    })),
  };
}

function ruleOf({ timeout, retries, fault, mirror }: RouteWords): object {
  const percentage = (value: number) => ({ percentage: { value } });
  return {
    ...(timeout && { timeout }),
    ...(retries && { retries }),
    ...(mirror && { mirror: { host: mirror.service }, mirrorPercentage: { value: mirror.percent } }),
    ...(fault && {
      fault: {
        ...(fault.delay && { delay: { fixedDelay: fault.delay.fixedDelay, ...percentage(fault.delay.percent) } }),
        ...(fault.abort && { abort: { httpStatus: fault.abort.httpStatus, ...percentage(fault.abort.percent) } }),
      },
    }),
  };
}

function trafficPolicyOf(policy: PolicyWords): object {
  const pick = (keys: readonly (keyof PolicyWords)[]) =>
    Object.fromEntries(keys.filter((key) => policy[key] !== undefined).map((key) => [key, policy[key]]));
  const tcp = pick(['maxConnections', 'connectTimeout']);
  const http = pick(['http1MaxPendingRequests', 'http2MaxRequests', 'maxRequestsPerConnection', 'maxRetries']);
  const pools = { ...(Object.keys(tcp).length > 0 && { tcp }), ...(Object.keys(http).length > 0 && { http }) };
  return {
    ...(Object.keys(pools).length > 0 && { connectionPool: pools }),
    ...(policy.lb && { loadBalancer: { simple: policy.lb } }),
    ...pick(['retryBudget', 'outlierDetection']),
  };
}

function behaviourOf({ service: time, status = {}, errorMs, concurrency, schedule }: EndpointWords, restMs: number) {
  const serve = time === undefined || (errorMs !== undefined && schedule !== undefined) ? [] : [{ wait: waitOf(time) }];
  const rest = { wait: `${restMs}ms` };
  const errors = Object.entries(status);
  const failing = errors.reduce((sum, [, share]) => sum + share, 0);
  const limit = concurrency === undefined ? {} : { workers: concurrency };
  if (schedule !== undefined || errors.length === 0) return { ...limit, endpoints: [{ steps: [rest, ...serve] }] };
  if (errorMs !== undefined) {
    const options = errors.map(([code, share]) => ({
      weight: share,
      steps: [{ wait: `${errorMs}ms` }, { fail: Number(code) }],
    }));
    const choose = failing < 1 ? [...options, { weight: 1 - failing, steps: serve }] : options;
    return { ...limit, endpoints: [{ steps: [rest, { choose }] }] };
  }
  const respond = { errors: Object.fromEntries(errors.map(([code, share]) => [code, `${100 * share}%`])) };
  return { ...limit, endpoints: [{ steps: [rest, ...serve], respond }] };
}

function waitOf({ dist, ms, sigma = 0 }: NonNullable<EndpointWords['service']>): string | object {
  if (dist === 'exponential') return { exponential: `${ms}ms` };
  if (dist === 'lognormal') return { lognormal: { mean: `${ms}ms`, cv: Math.sqrt(Math.exp(sigma * sigma) - 1) } };
  return `${ms}ms`;
}

/** Statuses by time are errors that come and go; with `errorMs`, so is the time that it takes to serve. */
function faultsOf(workload: string, endpoint: EndpointWords, { load }: OracleCase): object[] {
  const { status = {}, errorMs, schedule, service: time, refuse } = endpoint;
  if (refuse) return [{ at: '0s', crash: { workload, pods: 'all' } }];
  if (schedule === undefined) return [];
  const states = [{ at: 0, status }, ...schedule.map((each) => ({ at: each.at, status: each.status ?? {} }))];
  return states.flatMap((state, i) => {
    const window = { at: `${state.at}s`, for: `${(states[i + 1]?.at ?? load.seconds + 60) - state.at}s` };
    const [[code, share] = [null, 0]] = Object.entries(state.status);
    const errors =
      code === null ? [] : [{ ...window, errors: { workload, status: Number(code), share: `${100 * share}%` } }];
    if (errorMs === undefined) return errors;
    return [...errors, { ...window, slow: { workload, by: code === null ? waitOf(time!) : `${errorMs}ms` } }];
  });
}
