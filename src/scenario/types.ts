import type { Place } from '../diagnostics/index.js';
import type { Token } from '../mesh/index.js';

/** Milliseconds drawn from a distribution; parameters as written, in ms. */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly p99Ms: number }
  | { readonly kind: 'lognormal-mean'; readonly meanMs: number; readonly cv: number }
  | { readonly kind: 'gamma'; readonly meanMs: number; readonly cv: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'pareto'; readonly minMs: number; readonly shape: number }
  | { readonly kind: 'empirical'; readonly valuesMs: readonly number[] }
  | { readonly kind: 'mixture'; readonly parts: readonly { readonly share: number; readonly of: Distribution }[] };

/** `tcp` carries one exchange; `grpc` is POST over HTTP/2. */
export interface Target {
  readonly url: string;
  readonly scheme: 'http' | 'https' | 'grpc' | 'tcp';
  readonly host: string;
  readonly port: number;
  /** With query; `/` when absent; `/pkg.Service/Method` for grpc; empty for tcp. */
  readonly path: string;
}

/** An outcome that a step or an error coin can choose: an HTTP status, or a gRPC status. */
export type Outcome =
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'grpc'; readonly status: number };

export type CallFailure =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'grpc'; readonly status: number };

export interface CallStep {
  readonly kind: 'call';
  readonly place: Place;
  readonly to: Target;
  readonly method: string;
  readonly sizeBytes: number;
  /** Per try; null: none. */
  readonly timeoutMs: number | null;
  /** Tries after the first. */
  readonly retries: number;
  readonly backoff: Distribution | null;
  /** Null: no answer, timeout or status >= 500. */
  readonly failOn: readonly CallFailure[] | null;
  /** Answer 500 (gRPC 13), go on, or answer with the status that the last try ended with. */
  readonly onFailure: 'fail' | 'ignore' | 'forward';
  /** A null value removes the header that came in. Names in lower case. */
  readonly headers: Readonly<Record<string, string | null>>;
  /** Statuses outside 200-399 that count as success. */
  readonly expect: readonly CallFailure[];
}

export type Step =
  | { readonly kind: 'cpu'; readonly place: Place; readonly time: Distribution }
  | { readonly kind: 'wait'; readonly place: Place; readonly time: Distribution }
  | CallStep
  | { readonly kind: 'parallel'; readonly place: Place; readonly branches: readonly (readonly Step[])[] }
  | {
      readonly kind: 'choose';
      readonly place: Place;
      /** Shares add to 1, in file order. */
      readonly options: readonly { readonly share: number; readonly steps: readonly Step[] }[];
    }
  | { readonly kind: 'repeat'; readonly place: Place; readonly times: number; readonly steps: readonly Step[] }
  | { readonly kind: 'fail'; readonly place: Place; readonly outcome: Outcome };

/** Null fields ask for nothing. */
export interface EndpointMatch {
  readonly method: string | null;
  readonly path:
    | { readonly kind: 'exact'; readonly value: string }
    | { readonly kind: 'prefix'; readonly value: string }
    | { readonly kind: 'regex'; readonly value: string }
    | null;
}

export interface Endpoint {
  readonly place: Place;
  readonly match: EndpointMatch | null;
  readonly steps: readonly Step[];
  readonly status: Outcome;
  readonly sizeBytes: number;
  /** Cast once, after the steps, in file order; shares 0..1, at most 1 together. */
  readonly errors: readonly { readonly outcome: Outcome; readonly share: number }[];
  /**
   * isotope's errors: per pod every n-th request fails with 500 before the steps run. Null: none.
   */
  readonly everyNthFails: number | null;
}

/** What a workload, or an external host, does with a request. */
export interface Behaviour {
  readonly place: Place;
  /** As written: `name`, `namespace/name` or a host. */
  readonly name: string;
  /** Of the behaviour graph, whose services need no manifests. */
  readonly isOfGraph: boolean;
  /** Infinity: unlimited. */
  readonly workers: number;
  readonly queue: number;
  /** Null: the CPU limit rounded up, or the node's cores. */
  readonly threads: number | null;
  readonly startupMs: number;
  readonly abandoned: 'finish' | 'stop';
  /** Pods by `region/zone`; null: spread in turn. */
  readonly zones: Readonly<Record<string, number>> | null;
  /** Overrides the manifest's; for an external host the number of its pods. Null: as there. */
  readonly replicas: number | null;
  /** Null: not given (`endpoints: []` is a pure caller). */
  readonly endpoints: readonly Endpoint[];
}

export interface RequestSpec {
  readonly place: Place;
  readonly name: string;
  /** Of the mix, 0..1; all shares add to 1. */
  readonly share: number;
  readonly to: Target;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
  readonly expect: readonly CallFailure[];
  readonly sourceIp: string | null;
  /** Null: none. */
  readonly token: Token | null;
}

export type Load =
  | { readonly kind: 'open' /** One stage that never ends, for `rate`. */; readonly stages: readonly RateStage[] }
  | {
      readonly kind: 'closed';
      readonly stages: readonly UserStage[];
      readonly think: Distribution;
      readonly lockstep: boolean;
    }
  | {
      readonly kind: 'replay';
      /** Ascending; ms from the end of warm-up, may be negative. */
      readonly atMs: readonly number[];
      /** Index into `requests`, for each time. */
      readonly request: readonly number[];
    };

/** The rate goes from `fromPerSecond` to `toPerSecond` in a straight line; after the last stage its end rate stays. */
export interface RateStage {
  readonly durationMs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

export interface UserStage {
  readonly durationMs: number;
  readonly fromUsers: number;
  readonly toUsers: number;
}

export type TrafficOrigin =
  | { readonly kind: 'gateway'; readonly name: string }
  | { readonly kind: 'workload'; readonly name: string }
  | { readonly kind: 'outside' };

export interface TrafficSource {
  readonly place: Place;
  readonly name: string;
  /** Part of the address of all that its requests draw: its place in the scenario. */
  readonly number: number;
  readonly from: TrafficOrigin;
  /** `region/zone`, or null. */
  readonly zone: string | null;
  readonly load: Load;
  readonly arrivals:
    | { readonly kind: 'poisson' }
    | { readonly kind: 'constant' }
    | { readonly kind: 'jittered'; readonly share: number };
  /** Infinity: a new one when all are busy. */
  readonly connections: number;
  readonly timeoutMs: number | null;
  readonly requests: readonly RequestSpec[];
}

/** Pods by ordinal. */
export type PodCount =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'share'; readonly share: number };

export type FaultAction =
  | { readonly kind: 'crash'; readonly workload: string; readonly pods: PodCount }
  | { readonly kind: 'slow-workload'; readonly workload: string; readonly by: Distribution }
  | { readonly kind: 'slow-network'; readonly from: string; readonly to: string; readonly by: Distribution }
  | { readonly kind: 'errors'; readonly workload: string; readonly outcome: Outcome; readonly share: number }
  | { readonly kind: 'cpu'; readonly workload: string /** Speed factor > 0. */; readonly factor: number }
  | { readonly kind: 'partition'; readonly a: string; readonly b: string }
  | { readonly kind: 'zone'; readonly zone: string; readonly how: 'lost' | 'crash' }
  | { readonly kind: 'drain'; readonly workload: string; readonly pods: PodCount }
  | { readonly kind: 'push-delay'; readonly delayMs: number }
  /** Manifests to apply, by their path relative to the scenario; `place`: where it is written. */
  | { readonly kind: 'push'; readonly path: string; readonly place: Place }
  /** Its certificate has expired. */
  | { readonly kind: 'certificate'; readonly workload: string }
  | { readonly kind: 'not-modelled'; readonly name: string };

/** Times from the end of warm-up; `forMs` Infinity: to the end. */
export interface Fault {
  readonly place: Place;
  readonly atMs: number;
  readonly forMs: number;
  readonly action: FaultAction;
  /** What a report writes beside its window: `crash reviews-v2`. */
  readonly label: string;
}

export type ObjectiveMetric = 'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max' | 'success';

export interface Objective {
  readonly place: Place;
  /** As written: `p99 < 250ms`. */
  readonly name: string;
  /** Null: each source. */
  readonly traffic: string | null;
  readonly metric: ObjectiveMetric;
  /** Of the succeeded only (`ok.p99`). */
  readonly ok: boolean;
  readonly comparator: '<' | '<=' | '>' | '>=';
  readonly unit: 'ms' | 'ratio';
  readonly target: number;
}

/** CPU that a proxy burns on its worker threads, and what else it costs. Times in ms of one core. */
export interface ProxyCost {
  readonly preset: string;
  readonly source: string;
  /** On the way of the request, before it goes on. */
  readonly requestCpuMs: number;
  /** On the way of the response, before it goes on. */
  readonly responseCpuMs: number;
  /** After the response has gone (telemetry): keeps the worker busy, does not lengthen this request. */
  readonly afterCpuMs: number;
  /** More on each way, per KiB of body. */
  readonly perKiBCpuMs: number;
  /** More on each way under mTLS. */
  readonly mtlsCpuMs: number;
  /** At each end, for a new TLS connection. */
  readonly handshakeCpuMs: number;
  readonly memoryBytes: number;
  /** Of a waypoint for each request in all. */
  readonly waypointCpuMs: number;
  readonly waypointMemoryBytes: number;
  /** Of a ztunnel for each request and its answer, at each end. */
  readonly ztunnelCpuMs: number;
  /** How long a ztunnel holds up a request and its answer together, at each end. */
  readonly ztunnelLatencyMs: number;
  readonly ztunnelMemoryBytes: number;
}

export interface Platform {
  /** `[1, 31]`. */
  readonly istioVersion: readonly [number, number];
  readonly proxyCost: ProxyCost;
  readonly nodes: { readonly cpu: number; readonly zones: readonly string[] };
  /** Implied gateways by name, with what was written for them. */
  readonly gateways: Readonly<
    Record<string, { readonly place: Place; readonly replicas: number; readonly cpu: number }>
  >;
  readonly endpointDelayMs: number;
  readonly nodeLostMs: number;
}

export interface NetworkSpec {
  readonly sameZone: Distribution;
  readonly crossZone: Distribution;
  readonly crossRegion: Distribution;
}

export interface RunSpec {
  readonly durationMs: number;
  readonly warmupMs: number;
  /** Somebody has written how long it is. */
  readonly isWarmupWritten: boolean;
  readonly drainMs: number;
  readonly seed: number;
  readonly replications: number;
  readonly maxInFlight: number;
}

/** A Scenario with every default filled in and every unit parsed. Immutable and plain. */
export interface Scenario {
  readonly file: string;
  readonly name: string;
  readonly platform: Platform;
  /** Relative to the scenario; `-` is stdin. */
  readonly manifests: readonly string[];
  readonly behaviours: readonly Behaviour[];
  readonly network: NetworkSpec;
  readonly traffic: readonly TrafficSource[];
  readonly faults: readonly Fault[];
  readonly objectives: readonly Objective[];
  readonly run: RunSpec;
}
