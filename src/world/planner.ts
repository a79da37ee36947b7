import {
  type ClusterConfig,
  grpcStatus,
  localReplyToGrpc,
  type Message,
  NO_ANSWER,
  NR,
  type Plan,
  type PlannedDestination,
  type PlannedMirror,
  retryBits,
  type Status,
  TCP_RESET,
  UH,
} from '../dataplane/index.js';
import type { TimerLane } from '../engine/index.js';
import {
  answersPreflight,
  asReceived,
  type Claims,
  type EffectiveAction,
  type EffectiveCluster,
  type EffectiveDestination,
  type EffectiveHost,
  type EffectiveRule,
  type FaultPolicy,
  forwarded,
  grpcRouteTimeoutMs,
  type HttpMatch,
  isAskedTls,
  isMisspoken,
  perTryWithin,
  type Service,
  shortServiceName,
  takingRule,
  type Workload,
} from '../mesh/index.js';
import { ClusterBook } from './cluster-book.js';
import { afterGateway, keepsToken } from './messages.js';
import type { PlanBook } from './plan-book.js';
import { planOf } from './plan-of.js';
import type { PlannerContext, PlanningCaller } from './planning.js';
import { requestHash } from './request-hash.js';
import { headOf } from './request-head.js';

type Forward = Extract<EffectiveAction, { kind: 'forward' }>;

/** A request that is larger is not kept to be sent again (Envoy's per_connection_buffer_limit_bytes). */
const RETRY_BUFFER_BYTES = 1024 * 1024;

/** What a caller's proxy does with each message in one version of the configuration: worked out once. */
export class Planner {
  /** Of the caller, in this version. */
  readonly clusters: ClusterBook;
  readonly #caller: PlanningCaller;
  readonly #context: PlannerContext;
  readonly #version: number;
  readonly #book: PlanBook;
  readonly #plans = new Map<Message, Plan>();

  constructor(caller: PlanningCaller, context: PlannerContext, version: number, book: PlanBook) {
    this.#caller = caller;
    this.#context = context;
    this.#version = version;
    this.#book = book;
    this.clusters = new ClusterBook(caller, context, version, book);
  }

  /** Every plan made so far. */
  get plans(): Iterable<Plan> {
    return this.#plans.values();
  }

  plan(message: Message): Plan {
    let plan = this.#plans.get(message);
    if (plan === undefined) {
      plan = this.#make(message);
      this.#plans.set(message, plan);
    }
    return plan;
  }

  #make(message: Message): Plan {
    const workload = this.#caller.station?.workload ?? null;
    const { resolver } = this.#context.blueprint;
    if (workload?.proxy == null) return this.#direct(message);
    const { authority, boundFor, port, protocol } = message;
    const host = boundFor ?? authority;
    const received = protocol === 'tcp' ? message : this.#context.messages.intern(asReceived(message));
    if (workload.role === 'gateway') return this.#atGateway(workload, received);
    if (protocol === 'tcp') return this.#proxied(message, resolver.connection(workload, host, port));
    return this.#proxied(received, resolver.host(workload, host, port));
  }

  /** A gateway enforces policies on what it receives, before it looks for a route. */
  #atGateway(gateway: Workload, message: Message): Plan {
    const { admissions, blueprint, messages } = this.#context;
    const { authority, port, protocol } = message;
    const { resolver } = blueprint;
    const serverName = message.serverName ?? authority;
    const found = resolver.hostBehind(gateway, serverName, authority, port);
    // A URL of gRPC says nothing of TLS.
    if (protocol === 'http' && isMisspoken(found, message.secure)) return this.#closed(message, 0);
    if (message.serverName === null && resolver.certificateAsked(gateway, serverName, port) === 'mesh')
      return this.#closed(message, 0, 'its server takes certificates of the mesh alone, and clients have none');
    const admission = admissions.gate(gateway, port)?.judge(message) ?? { kind: 'passes', message, claims: null };
    if (admission.kind === 'passes') {
      const seen = messages.intern(afterGateway(admission.message));
      return planOf({ ...this.#proxied(seen, found, admission.claims), message }); // by which another version of the plan is found
    }
    const status = admission.kind === 'refused' ? admission.status : NO_ANSWER;
    const blank = this.#plan(message, null, { status, refusal: admission.reason });
    const { limits, ...plan } = this.#limited(blank, found, null, null);
    return planOf({ ...plan, limits: limits?.filter(({ isFirst }) => isFirst) ?? null });
  }

  /** `claims`: of the token that a gateway has verified. */
  #proxied(message: Message, found: EffectiveHost, claims: Claims | null = null): Plan {
    switch (found.kind) {
      case 'routes':
        if (message.protocol === 'tcp') return this.#closed(message, 0);
        if (!found.httpsRedirect || message.secure) return this.#routed(message, found, claims);
        return this.#limited(this.#reply(message, found.service, 301, 0), found, null, null);
      case 'tcp':
        return this.#forward(message, found.service, tcpForward(found.destinations), null, null);
      case 'passthrough':
        if (found.service === null) return this.#unknownHost(message);
        return this.#limited(this.#passthrough(message, found.service), found, null, null);
      case 'blocked':
        if (message.protocol === 'tcp' || !found.isHttp) return this.#closed(message, UH); // BlackHoleCluster is empty
        return this.#limited(this.#unrouted(message, null, 502, 0), found, null, null);
      case 'no-route':
        if (message.protocol === 'tcp') return this.#closed(message, NR);
        return this.#limited(this.#unrouted(message, null, 404, NR), found, null, null);
      case 'no-chain':
        return this.#closed(message, NR);
      case 'no-listener':
        return this.#plan(message, null, { kind: 'refused' });
    }
  }

  #routed(message: Message, found: Extract<EffectiveHost, { kind: 'routes' }>, claims: Claims | null): Plan {
    const taken = takingRule(found.rules, { ...headOf(message), ...(claims && { claims }) });
    if (taken === null) return this.#limited(this.#unrouted(message, found.service, 404, NR), found, null, null);
    const { rule, match } = taken;
    return this.#limited(this.#ruled(message, found.service, rule, match), found, rule, match);
  }

  /** The plan with the rate limits that the request meets in the caller's proxy. */
  #limited(plan: Plan, outcome: EffectiveHost, rule: EffectiveRule | null, match: HttpMatch | null): Plan {
    const { blueprint, limits } = this.#context;
    const { index, workload } = this.#caller.station!;
    const met = blueprint.resolver.rateLimits(workload!, { outcome, port: plan.message.port, rule, match });
    return planOf({ ...plan, limits: limits.of(index, met) });
  }

  #ruled(message: Message, service: Service | null, rule: EffectiveRule, match: HttpMatch | null): Plan {
    const { action, fault } = rule;
    if (action.kind === 'forward') return this.#forward(message, service, action, rule, match);
    const status = action.kind === 'redirect' ? action.redirect.status : action.status;
    const reply = this.#reply(message, service, status, 0);
    return planOf({
      ...reply,
      ...injected(fault, message),
      written: { ...reply.written, fault: fault?.origin ?? null },
    });
  }

  #forward(
    message: Message,
    service: Service | null,
    action: Forward,
    rule: EffectiveRule | null,
    match: HttpMatch | null,
  ): Plan {
    let upTo = 0;
    const destinations = action.destinations.map((destination): PlannedDestination => {
      upTo += destination.share;
      const rewritten = this.#rewritten(message, action, rule, match, destination);
      const cluster = this.clusters.named(
        destination.cluster,
        message.protocol === 'grpc',
        rule !== null,
        rewritten.authority,
      );
      const hash = cluster === null ? null : requestHash(cluster.effective.balancer, message);
      const sent = this.#sentTo(cluster, rewritten);
      const named = cluster === null ? -1 : namedHost(cluster, message);
      const mirrors = action.mirrors.map((mirror) => this.#mirror(rewritten, service, action, mirror));
      return { upTo, cluster, message: sent, hash, named, origin: destination.origin, mirrors };
    });
    const { retry } = action;
    const timeoutMs = routeTimeoutMs(message, action.timeoutMs);
    const isTooLarge = message.sizeBytes > RETRY_BUFFER_BYTES;
    const fault = rule?.fault ?? null;
    return this.#plan(message, service, {
      kind: 'forward',
      ...injected(fault, message),
      isPreflight: answersPreflight(rule?.cors ?? null, message),
      destinations,
      timeout: this.#lane(timeoutMs),
      perTryTimeout: this.#lane(perTryWithin(retry?.perTryTimeoutMs ?? null, timeoutMs)),
      retry: retry === null || isTooLarge ? null : { ...retry, on: retryBits(retry.on) },
      isTooLargeToRetry: retry !== null && isTooLarge,
      written: { fault: fault?.origin ?? null, retry: retry?.origin ?? null, route: rule?.origin ?? null },
      mtls: destinations.some(({ cluster }) => cluster?.transports.includes('mutual-tls')),
    });
  }

  /** The way of a copy of what a destination is sent: the route's timeout, one try, no fault. */
  #mirror(
    message: Message,
    service: Service | null,
    { timeoutMs }: Forward,
    { cluster, share, origin }: Forward['mirrors'][number],
  ): PlannedMirror {
    const config = this.clusters.named(cluster, message.protocol === 'grpc', true, message.authority);
    const hash = config === null ? null : requestHash(config.effective.balancer, message);
    const sent = this.#sentTo(config, message);
    const planned = { upTo: 1, cluster: config, message: sent, hash, named: -1, origin, mirrors: [] };
    const timeout = this.#lane(routeTimeoutMs(message, timeoutMs));
    return { share, origin, plan: this.#plan(message, service, { kind: 'forward', destinations: [planned], timeout }) };
  }

  #lane(timeoutMs: number | null): TimerLane | null {
    return timeoutMs === null ? null : this.#context.plane.sim.lane(timeoutMs);
  }

  #rewritten(
    message: Message,
    action: Forward,
    rule: EffectiveRule | null,
    match: HttpMatch | null,
    destination: EffectiveDestination,
  ): Message {
    const { path, authority, headers } = forwarded({ rule, match }, action, destination, message);
    const host = authority === message.authority ? message.host : authority;
    const keeps = keepsToken(rule?.requestHeaders ?? null) && keepsToken(destination.requestHeaders);
    const token = keeps ? message.token : null;
    return this.#context.messages.intern({ ...message, path, authority, host, headers, token });
  }

  /** To a waypoint a message says whom it is for, to a gateway by which port it comes, and in which TLS. */
  #sentTo(cluster: ClusterConfig | null, message: Message): Message {
    const service = cluster?.effective.service ?? null;
    const boundFor = service !== null && this.clusters.waypointTo(service) !== null ? service.host : null;
    const { port, secure } = message;
    const comes = cluster !== null && leadsToGateway(cluster) ? comesIn(cluster.effective) : { port, secure };
    return this.#context.messages.intern({ ...message, boundFor, serverName: null, ...comes });
  }

  /** The address that the application dialled, by way of kube-proxy: no policy, no limit. */
  #passthrough(message: Message, service: Service): Plan {
    const cluster = this.clusters.dialled(service, message.port, message.protocol === 'grpc');
    const timeout = this.#lane(routeTimeoutMs(message, null));
    const named = namedHost(cluster, message);
    const destinations = [{ upTo: 1, cluster, message, hash: null, named, origin: null, mirrors: [] }];
    return this.#plan(message, service, { kind: 'forward', destinations, timeout });
  }

  /** Without a proxy: DNS and kube-proxy. */
  #direct(message: Message): Plan {
    const { resolver } = this.#context.blueprint;
    const namespace = this.#caller.station?.workload?.namespace ?? 'default';
    const service = resolver.service(namespace, message.authority);
    if (service === null) return this.#unknownHost(message);
    if (!service.ports.some(({ number }) => number === message.port)) {
      return this.#plan(message, service, { kind: 'refused' });
    }
    const boundFor = this.clusters.waypointTo(service) === null ? null : service.host;
    const { pods, choice } = this.clusters.addressed(service);
    return this.#plan(this.#context.messages.intern({ ...message, boundFor }), service, {
      kind: 'direct',
      pods,
      choice,
      server: this.clusters.sideFor(service, message, pods),
      rows: this.clusters.rows(pods, service),
    });
  }

  /** A connection that no filter chain takes, or that does not speak what it should. */
  #closed(message: Message, flags: number, refusal: string | null = null): Plan {
    const status = message.protocol === 'tcp' ? TCP_RESET : NO_ANSWER;
    return this.#plan(message, null, { isUnrouted: true, status, flags, refusal });
  }

  #unknownHost(message: Message): Plan {
    return this.#plan(message, null, { kind: 'unknown-host' });
  }

  #unrouted(message: Message, service: Service | null, httpStatus: number, flags: number): Plan {
    return planOf({ ...this.#reply(message, service, httpStatus, flags), isUnrouted: true });
  }

  #reply(message: Message, service: Service | null, httpStatus: number, flags: number): Plan {
    const status = message.protocol === 'grpc' ? localReplyToGrpc(httpStatus) : httpStatus;
    return this.#plan(message, service, { kind: 'reply', status, flags });
  }

  /** `settled`: what is not as `planOf` has it. */
  #plan(message: Message, service: Service | null, settled: Partial<Plan>): Plan {
    return planOf({
      version: this.#version,
      versions: this.#book,
      row: this.clusters.row(service === null ? message.authority : shortServiceName(service), null),
      hostIndex: this.#book.hostIndex(`${message.authority}:${message.port}`),
      message,
      ...settled,
    });
  }
}

/** The route's timeout as it holds for the message: null for none. */
function routeTimeoutMs({ protocol, headers }: Message, routeMs: number | null): number | null {
  return protocol === 'grpc' ? grpcRouteTimeoutMs(headers['grpc-timeout'], routeMs) : routeMs;
}

function injected(
  fault: FaultPolicy | null,
  message: Message,
): Pick<Plan, 'delayShare' | 'delayMs' | 'abortShare' | 'abortStatus'> {
  return {
    delayShare: fault?.delay?.share ?? 0,
    delayMs: fault?.delay?.delayMs ?? 0,
    abortShare: fault?.abort?.share ?? 0,
    abortStatus: abortStatus(fault?.abort ?? null, message),
  };
}

function abortStatus(abort: FaultPolicy['abort'], message: Message): Status {
  if (abort === null) return NO_ANSWER;
  if (abort.grpcStatus !== null) return message.protocol === 'grpc' ? grpcStatus(abort.grpcStatus) : 200;
  return message.protocol === 'grpc' ? localReplyToGrpc(abort.status ?? 503) : (abort.status ?? 503);
}

function tcpForward(destinations: readonly EffectiveDestination[]): Forward {
  return { kind: 'forward', destinations, timeoutMs: null, retry: null, mirrors: [], rewrite: null };
}

/** Which host a pod's own name below a headless service leads to (`db-0.db`), -1: it is the service's name. */
function namedHost({ effective, pods }: ClusterConfig, { authority }: Message): number {
  if (!effective.service.headless || !authority.includes('.')) return -1;
  const label = authority.slice(0, authority.indexOf('.')).toLowerCase();
  if (label === effective.service.name) return -1;
  return pods.findIndex(({ name }) => name === label || name.endsWith(`/${label}`));
}

function leadsToGateway({ pods }: ClusterConfig): boolean {
  return pods.some(({ workloadRuntime }) => workloadRuntime.kind === 'gateway');
}

/** Pods of a gateway have no mark that asks for mutual TLS: unless a rule says so it is plaintext (pkg/kube/inject). */
function comesIn({ port, tlsMode, serverName }: EffectiveCluster): Pick<Message, 'port' | 'secure' | 'serverName'> {
  const secure = isAskedTls(tlsMode);
  return { port, secure, serverName: secure ? (serverName ?? '') : null };
}
