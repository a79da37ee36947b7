import {
  type CallNode,
  type ClusterConfig,
  type Message,
  NO_ANSWER,
  type Node,
  type Plan,
  statusName,
} from '../dataplane/index.js';
import { compareText, type Diagnostics, type Place } from '../diagnostics/index.js';
import type { Condition, Transport } from '../mesh/index.js';
import type { Scenario } from '../scenario/index.js';
import type { Blueprint } from './blueprint.js';
import { reportLimitsPerProxy } from './limits-per-proxy.js';
import { unmodelledOf } from './unmodelled-calls.js';
import type { World } from './world.js';

/** Calls nested deeper than this are refused: where each makes the next longer (a rewrite), they have no end. */
const DEEPEST = 400;

/**
 * Follows every request that can be made through the world, before anything runs: hosts that do not resolve, ports
 * nobody listens on, requests that no route or endpoint takes, workloads of which nothing is said, and calls that lead
 * back to themselves whatever happens.
 */
export function checkWorld(world: World, blueprint: Blueprint, diagnostics: Diagnostics): void {
  const told = new Set<string>();
  for (const version of blueprint.configurations.keys()) {
    const check = new Check(world, blueprint, version, diagnostics, told);
    blueprint.scenario.traffic.forEach((source, index) => {
      world.sources[index]!.options.mix.forEach((entry, i) => {
        check.follow(entry.plan, source.requests[i]!.place, []);
      });
    });
  }
  reportLimitsPerProxy(world, blueprint, diagnostics);
  for (const condition of world.guessed) reportGuess(condition, diagnostics);
}

/** What the figures depend on and nobody said. */
function reportGuess({ attribute, origin }: Condition, diagnostics: Diagnostics): void {
  const { file, line, column, resource } = origin;
  const isSource = attribute === 'source.ip' || attribute === 'remote.ip';
  diagnostics.add({
    code: 'not-modelled',
    severity: 'info',
    refuses: false,
    message: `${attribute} is not known of every request that this is asked of: it is taken to be in none of the blocks`,
    help: isSource ? "give 'sourceIp' with the requests; pods have no addresses" : 'pods have no addresses',
    ...{ file, line, column, resource },
  });
}

/** What stands between a caller and the pods that it calls. */
type Knocked = Pick<ClusterConfig, 'pods' | 'transports' | 'guards'> & Partial<Pick<ClusterConfig, 'effective'>>;

const TLS_MISMATCH = {
  refused: 'it takes mutual TLS only, and the caller speaks plaintext: connections are closed',
  'certificate-refused': 'it takes certificates of the mesh only: connections are closed',
  'handshake-failure': 'the caller speaks TLS that it does not: handshakes fail',
} as const satisfies Partial<Record<Transport, string>>;
const AT_GATEWAY = {
  ...TLS_MISMATCH,
  'certificate-refused': 'it asks the caller for a certificate that it does not have: connections are closed',
  'handshake-failure': 'it has not the certificate, or not the server name, that the caller asks for: handshakes fail',
} as const satisfies Record<keyof typeof TLS_MISMATCH, string>;

/** A request on its way down: the stations and messages that certainly lead to it. */
type Trail = readonly string[];

/** In one version of the configuration. */
class Check {
  readonly #world: World;
  readonly #blueprint: Blueprint;
  readonly #version: number;
  readonly #scenario: Scenario;
  readonly #diagnostics: Diagnostics;
  readonly #seen = new Set<string>();
  readonly #messageIds = new Map<Message, number>();
  readonly #told: Set<string>;

  /** `told`: what is known already is not told again. */
  constructor(world: World, blueprint: Blueprint, version: number, diagnostics: Diagnostics, told: Set<string>) {
    this.#world = world;
    this.#blueprint = blueprint;
    this.#version = version;
    this.#scenario = blueprint.scenario;
    this.#diagnostics = diagnostics;
    this.#told = told;
  }

  follow({ versions, message }: Plan, place: Place, trail: Trail): void {
    this.#follow(versions.plan(message, this.#version), place, trail);
  }

  #follow(plan: Plan, place: Place, trail: Trail): void {
    const { message } = plan;
    const where = `${message.authority}:${message.port}`;
    if (plan.kind === 'unknown-host') {
      const help = `declare a Service or ServiceEntry for it; known: ${this.#someHosts()}`;
      this.#warn(
        'unknown-host',
        `no service has the host ${JSON.stringify(message.authority)}: its name does not resolve`,
        help,
        place,
      );
    } else if (plan.kind === 'refused') {
      const help = 'call one of the ports of the Service, or of the Gateway';
      this.#warn('no-listener', `nobody listens on ${JSON.stringify(where)}: connections are refused`, help, place);
    } else if (plan.kind === 'reply') this.#explainReply(plan, place);
    if (plan.isTooLargeToRetry && plan.written.retry !== null) {
      const said = `a body of ${message.sizeBytes} bytes outgrows the proxy's buffer (1 MiB): the request is never retried`;
      this.#warn('too-large-to-retry', said, 'make it smaller, or let the application try again', place);
    }
    for (const { cluster, message: sent, mirrors } of plan.destinations) {
      if (cluster === null) continue;
      for (const { about, what, help } of unmodelledOf(cluster, message))
        this.#warn('not-modelled', what, help, place, `${about} ${place.line}:${place.column}`, 'info');
      this.#knock(cluster, sent, place, trail);
      for (const mirror of mirrors) this.#follow(mirror.plan, place, trail);
    }
    if (plan.kind === 'direct') {
      this.#noteDeadline(plan, place);
      const { versions, server } = plan;
      const { transports, guards } = this.#version === plan.version ? server : versions.serverSide(plan, this.#version);
      this.#knock({ pods: plan.pods, transports, guards }, message, place, trail);
    }
  }

  /** A server's sidecar answers DEADLINE_EXCEEDED when the time of `grpc-timeout` is over; so would a caller's library. */
  #noteDeadline({ message, pods }: Plan, place: Place): void {
    if (message.protocol !== 'grpc' || message.headers['grpc-timeout'] === undefined) return;
    if (!pods.some(({ proxy }) => proxy !== null)) return;
    const what = "the deadline that the server's sidecar keeps by grpc-timeout is read but not modelled";
    const help = "give the call a 'timeout'; behind a proxy of the caller's own the header holds";
    this.#warn('not-modelled', what, help, place, `deadline ${place.line}:${place.column}`, 'info');
  }

  #explainReply({ isUnrouted, refusal, status, message }: Plan, place: Place): void {
    const { protocol, method, authority, port, path } = message;
    if (isUnrouted && refusal !== null) {
      const help = "use 'tls: { mode: SIMPLE }' or MUTUAL for clients outside the mesh";
      this.#warn(
        'tls-mismatch',
        `${authority}:${port} is not reached: ${refusal}: connections are closed`,
        help,
        place,
      );
      return;
    }
    if (refusal !== null) this.#warnOfRefusal(message, refusal, place);
    if (!isUnrouted) return;
    const url = `${protocol}://${authority}:${port}${path}`;
    const request = protocol === 'http' ? `${method} ${url}` : url;
    const help = 'compare its host, port, path and headers with the Gateway and the VirtualService (drymesh explain)';
    const isClosed = protocol === 'tcp' || status === NO_ANSWER;
    const outcome = isClosed ? 'the connection is closed' : `it is answered ${statusName(status)}`;
    this.#warn('no-route', `no route takes ${JSON.stringify(request)}: ${outcome}`, help, place);
  }

  /** Pods of one workload are alike: what becomes of a message at one becomes of it at all. */
  #knock({ pods, transports, guards, effective }: Knocked, message: Message, place: Place, trail: Trail): void {
    const firstOf = new Map<number, number>();
    for (const [at, { workload }] of pods.entries()) if (!firstOf.has(workload)) firstOf.set(workload, at);
    for (const [index, at] of firstOf) {
      const { name } = this.#blueprint.stations[index]!;
      const transport = transports[at]!;
      if (transport === 'refused' || transport === 'certificate-refused' || transport === 'handshake-failure') {
        const isGateway = this.#blueprint.stations[index]!.kind === 'gateway';
        const what = (isGateway ? AT_GATEWAY : TLS_MISMATCH)[transport];
        const demands = isGateway ? "'tls' and the hosts of the Gateway's server" : 'PeerAuthentication';
        const rule = isGateway && effective?.origin ? ` (${effective.origin.file}:${effective.origin.line})` : '';
        const help = `compare the ${demands} of the one and the DestinationRule${rule} of the other (drymesh explain)`;
        this.#warn('tls-mismatch', `${name} is not reached: ${what}`, help, place, name);
        continue;
      }
      const admission = guards[at]?.judge(message) ?? { kind: 'passes', message };
      if (admission.kind === 'passes') this.#enter(index, admission.message, place, trail);
      else this.#warnOfRefusal(message, admission.reason, place, name);
    }
  }

  #warnOfRefusal(message: Message, reason: string, place: Place, name = message.authority): void {
    const what = `${name} refuses ${JSON.stringify(`${message.method} ${message.path}`)}: ${reason}`;
    const help = 'compare the request with its AuthorizationPolicies and RequestAuthentications (drymesh explain)';
    this.#warn('access-denied', what, help, place, `${place.line}:${place.column} ${name}`);
  }

  #enter(index: number, message: Message, place: Place, trail: Trail): void {
    const station = this.#blueprint.stations[index]!;
    if (station.behaviour === null && station.kind !== 'waypoint' && station.kind !== 'gateway') {
      const help = `describe it under spec.workloads.${station.name}, or let 'drymesh init' write a first guess`;
      const said = `${station.name} is called, but the scenario does not say what it does: it answers 200 at once`;
      this.#warn('no-behaviour', said, help, place, station.name);
    }
    const key = `${index} ${this.#idOf(message)}`;
    const before = trail.indexOf(key);
    if (before >= 0 || trail.length > DEEPEST) {
      const what = before >= 0 ? 'lead back to where they began, without end' : `go more than ${DEEPEST} deep`;
      this.#refuseCalls(what, before >= 0 ? [...trail.slice(before), key] : trail, place);
      return;
    }
    if (this.#seen.has(key)) return;
    this.#seen.add(key); // before the walk: calls that may lead back here are not followed twice
    const program = this.#world.programs[index]!.find(message);
    if (program === null) {
      const said = `no endpoint of ${station.name} takes ${message.method} ${message.path}: it answers 404`;
      this.#warn('no-endpoint', said, 'add an endpoint that matches, or one without match', place, `${key}`);
    } else this.#walk(program.first, message, [...trail, key], true);
  }

  /** `certain`: whatever is drawn, this node is reached. */
  #walk(first: Node | null, message: Message, trail: Trail, certain: boolean): void {
    for (let node = first; node !== null; ) {
      switch (node.kind) {
        case 'call':
          this.#call(node, message, certain ? trail : []);
          break;
        case 'fork':
          for (const branch of node.branches) this.#walk(branch, message, trail, certain);
          break;
        case 'choose':
          for (const { first: option } of node.options) this.#walkUntil(option, node.next, message, trail);
          break;
        case 'repeat':
          this.#walk(node.body, message, trail, certain && node.times > 0);
          break;
        default:
          break;
      }
      node = node.kind === 'again' || node.kind === 'fail' ? null : node.next;
    }
  }

  /** One option, up to where the options meet again. */
  #walkUntil(first: Node | null, end: Node | null, message: Message, trail: Trail): void {
    for (let node = first; node !== null && node !== end; ) {
      if (node.kind === 'call') this.#call(node, message, []);
      else if (node.kind === 'fork') for (const branch of node.branches) this.#walk(branch, message, [], false);
      else if (node.kind === 'choose') {
        for (const { first: option } of node.options) this.#walkUntil(option, node.next, message, trail);
      } else if (node.kind === 'repeat') this.#walk(node.body, message, [], false);
      node = node.kind === 'again' || node.kind === 'fail' ? null : node.next;
    }
  }

  #call(node: CallNode, message: Message, trail: Trail): void {
    this.follow(node.outgoing(message).plan, node.place, trail);
  }

  #refuseCalls(what: string, trail: Trail, place: Place): void {
    const names = trail.map((key) => this.#blueprint.stations[Number(key.split(' ')[0])]!.name);
    this.#diagnostics.add({
      code: 'call-cycle',
      severity: 'error',
      refuses: true,
      message: `these calls ${what}: ${names.slice(0, 12).join(' -> ')}`,
      help: "leave one of the calls out, or make it one option of a 'choose'",
      file: place.file,
      line: place.line,
      column: place.column,
      resource: { kind: 'Scenario', namespace: '', name: this.#scenario.name },
    });
  }

  #warn(
    code: string,
    said: string,
    help: string,
    place: Place,
    once = `${place.line}:${place.column}`,
    severity: 'warning' | 'info' = 'warning',
  ): void {
    const key = `${code} ${once}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const { file, line, column } = place;
    const message = this.#version === 0 ? said : `${said}, from ${this.#sinceSeconds} s on`;
    const resource = { kind: 'Scenario', namespace: '', name: this.#scenario.name };
    this.#diagnostics.add({ code, severity, refuses: false, message, help, file, line, column, resource });
  }

  /** When the version first holds, in the time of the scenario. */
  get #sinceSeconds(): number {
    return this.#blueprint.changes.find(({ version }) => version === this.#version)!.atMs / 1000;
  }

  #idOf(message: Message): number {
    let id = this.#messageIds.get(message);
    if (id === undefined) {
      id = this.#messageIds.size;
      this.#messageIds.set(message, id);
    }
    return id;
  }

  #someHosts(): string {
    const hosts = this.#blueprint.mesh.services.map(({ host }) => host).sort(compareText);
    return hosts.length === 0 ? 'none' : `${hosts.slice(0, 6).join(', ')}${hosts.length > 6 ? ', ...' : ''}`;
  }
}
