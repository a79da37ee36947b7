import { type Call, DC, NO_ANSWER, type Plane, type Pod, type Site } from '../dataplane/index.js';
import { RecordPool, type TimerLane, unitExponential } from '../engine/index.js';
import { addVector, NETWORK, POOL_WAIT } from '../telemetry/index.js';
import type { RateProfile } from './arrivals.js';
import type { ClientConnection, Entry } from './client.js';
import { type ClosedLoad, type User, UserLoop } from './closed.js';
import { ClientConnections } from './connections.js';
import { Ledger, type LedgerOptions } from './ledger.js';
import { type MixEntry, TrafficRequest } from './request.js';

export type Load =
  | { readonly kind: 'open'; readonly profile: RateProfile; readonly gap: (u: number) => number }
  | { readonly kind: 'replay'; readonly atMs: readonly number[]; readonly entry: readonly number[] }
  | ClosedLoad;

export interface SourceOptions extends LedgerOptions {
  readonly index: number;
  /** Of what its requests draw. */
  readonly number: number;
  readonly name: string;
  readonly entry: Entry;
  /** Where it stands; zone -1: wherever the pod is that it reaches. */
  readonly site: Site;
  readonly load: Load;
  readonly mix: readonly MixEntry[];
  /** Infinity: a new one when all are busy. */
  readonly connections: number;
  readonly timeout: TimerLane | null;
}

/** The gaps of a Poisson process, of an even one, and of an even one shaken by a share of itself. */
export const GAPS = {
  poisson: unitExponential,
  constant: () => 1,
  jittered: (share: number) => (u: number) => 1 + share * (2 * u - 1),
};

const TRAFFIC = 4 << 24;
const THINK = 1; // block of a user's think time; block 0: gap, mix entry, connection, network there
const WAY = 2; // block of the ways: there, back, connecting there and back

/**
 * Sends requests and waits for their answers. Random numbers are those of the request's number; a closed user's is
 * (iteration, user).
 */
export class TrafficSource {
  readonly options: SourceOptions;
  /** Requests meant for the observed time, counted or not. */
  readonly requests: RecordPool<TrafficRequest>;
  readonly #plane: Plane;
  readonly #arrivalEvent: number;
  readonly #ledger: Ledger;
  readonly #connections: ClientConnections;
  readonly #users: UserLoop | null;
  #number = 0;
  #expected = 0;

  constructor(plane: Plane, options: SourceOptions) {
    this.#plane = plane;
    this.options = options;
    this.#ledger = new Ledger(plane, options);
    this.#connections = new ClientConnections(options.connections);
    this.#arrivalEvent = plane.sim.event(onArrival, this);
    const host = {
      send: (number: number, user: User) => {
        plane.sim.queue.hold(); // others may send at this time
        this.#arrive(number, -1, user);
        plane.sim.queue.letGo();
      },
      drawThink: (number: number) => {
        this.#draw(number, THINK);
        return plane.random.uniform(0);
      },
    };
    this.#users = options.load.kind === 'closed' ? new UserLoop(plane, options.load, host) : null;
    const onEvent = (request: TrafficRequest) => this.#onRequestEvent(request);
    const onCallEnded = (request: TrafficRequest, call: Call) => this.#onCallEnded(request, call);
    const onCallLost = (request: TrafficRequest, tell: boolean) => this.#onCallLost(request, tell);
    this.requests = new RecordPool(() => new TrafficRequest(plane.sim, onEvent, onCallEnded, onCallLost));
  }

  /** Counted requests that have not ended. */
  get outstanding(): number {
    return this.#ledger.outstanding;
  }

  start(): void {
    if (this.#users !== null) this.#users.admit();
    else this.#scheduleArrival();
  }

  /** The zone where it stands is back: its users go on. */
  resume(): void {
    this.#users?.admit();
  }

  /** An arrival is due. */
  onArrival(): void {
    const { load } = this.options;
    const number = this.#number++;
    const replayed = load.kind === 'replay' ? load.entry[number]! : -1;
    this.#scheduleArrival();
    this.#arrive(number, replayed, null);
  }

  /** The source gives up. */
  onTimeout(request: TrafficRequest): void {
    const { sim, router } = this.#plane;
    sim.queue.cancel(request.event);
    this.#ledger.bookRest(request);
    if (request.phase === 'waiting') this.#connections.leave(request);
    else this.#connections.close();
    if (request.call !== null) router.cancel(request.call);
    request.call = null;
    request.connection = null;
    this.#end(request, NO_ANSWER, DC);
    this.#serveWaiting();
  }

  /** Counts what is still under way when the run ends, at its age. */
  recordInFlight(): void {
    for (const request of this.requests.all) if (request.phase !== 'over') this.#ledger.leave(request);
  }

  #scheduleArrival(): void {
    const { load } = this.options;
    const { sim } = this.#plane;
    let atMs = Infinity;
    if (load.kind === 'open') {
      this.#draw(this.#number, 0);
      this.#expected += load.gap(this.#plane.random.uniform(0));
      atMs = load.profile.timeOf(this.#expected);
    } else if (load.kind === 'replay') atMs = load.atMs[this.#number] ?? Infinity;
    if (atMs < Infinity) sim.queue.schedule(this.#arrivalEvent, Math.max(atMs, sim.nowMs));
  }

  #draw(number: number, block: number): void {
    const { random } = this.#plane;
    random.at(number | 0, 0, TRAFFIC | block, (this.options.number << 16) ^ ((number / 0x1_0000_0000) | 0));
  }

  /** When what is sent now arrives; `word` of its block gives the delay. Infinity: never. */
  #crosses(request: TrafficRequest, from: Site, to: Site, word: number, isSyn: boolean): number {
    const { network, random, sim } = this.#plane;
    const way = network.way(from, to);
    let delayMs = network.constantMs(way);
    if (Number.isNaN(delayMs)) {
      this.#draw(request.number, WAY);
      delayMs = network.delayMs(way, random.uniform(word));
    }
    if (network.isCalm) return sim.nowMs + delayMs;
    return network.passesAtMs(from, to, sim.nowMs, isSyn) + delayMs;
  }

  #chooseEntry(number: number): MixEntry {
    const { mix } = this.options;
    if (mix.length === 1) return mix[0]!;
    this.#draw(number, 0);
    const u = this.#plane.random.uniform(1);
    let at = 0;
    while (at < mix.length - 1 && u >= mix[at]!.upTo) at++;
    return mix[at]!;
  }

  #arrive(number: number, replayed: number, user: User | null): void {
    const { timeout, site } = this.options;
    if (site.lost) {
      if (user !== null) user.active = false; // until `resume`
      return; // a source in a zone that has vanished sends nothing
    }
    const request = this.requests.take();
    request.source = this.options.index;
    request.number = number;
    request.entry = replayed >= 0 ? this.options.mix[replayed]! : this.#chooseEntry(number);
    request.user = user;
    request.connection = null;
    request.call = null;
    request.flags = 0;
    this.#ledger.arrive(request);
    timeout?.arm(request.timer);
    this.#connect(request);
  }

  #connect(request: TrafficRequest): void {
    const connection = this.#connections.takeIdle();
    if (connection !== null) this.#begin(request, connection);
    else if (this.#connections.open()) this.#open(request);
    else {
      request.phase = 'waiting';
      request.sinceMs = this.#plane.sim.nowMs;
      this.#connections.wait(request);
    }
  }

  /** Only a gateway is reached over a connection that takes time to open. */
  #open(request: TrafficRequest): void {
    const { entry, site } = this.options;
    const { sim, random } = this.#plane;
    if (entry.kind !== 'gateway') {
      this.#begin(request, null);
      return;
    }
    const ready = entry.pods.filter(({ inService }) => inService);
    this.#draw(request.number, 0);
    const pod = ready[Math.floor(random.uniform(2) * ready.length)];
    request.sinceMs = sim.nowMs;
    if (pod === undefined) {
      this.#refuse(request, sim.nowMs);
      return;
    }
    let readyMs = this.#crosses(request, site, pod, 2, true);
    readyMs += this.#crosses(request, pod, site, 3, false) - sim.nowMs;
    if (!pod.up) {
      this.#refuse(request, readyMs);
      return;
    }
    const proxy = pod.proxy!;
    const connection = { pod, worker: proxy.newWorker(), epoch: pod.epoch };
    if (request.entry.message.secure && readyMs < Infinity) {
      readyMs += readyMs - sim.nowMs; // TLS takes one more round trip
      readyMs += proxy.work(connection.worker, proxy.cost.handshakeCpuMs) - sim.nowMs;
    }
    request.connection = connection;
    request.phase = 'connecting';
    if (readyMs < Infinity) sim.queue.schedule(request.event, readyMs);
  }

  #refuse(request: TrafficRequest, atMs: number): void {
    request.phase = 'refused';
    if (atMs < Infinity) this.#plane.sim.queue.schedule(request.event, atMs);
  }

  #onRequestEvent(request: TrafficRequest): void {
    request.causes[NETWORK]! += this.#plane.sim.nowMs - request.sinceMs;
    switch (request.phase) {
      case 'connecting':
        this.#begin(request, request.connection);
        return;
      case 'going':
        this.#enterGateway(request, request.connection!);
        return;
      case 'refused':
        this.#connections.close();
        request.connection = null;
        this.#end(request, NO_ANSWER, 0);
        this.#serveWaiting();
        return;
      case 'returning':
        this.#answered(request);
        return;
      default:
        throw new RangeError(`a request's event is due while it is ${request.phase}`);
    }
  }

  /** The request has what it needs to go. */
  #begin(request: TrafficRequest, connection: ClientConnection | null): void {
    const { entry, site } = this.options;
    const { sim } = this.#plane;
    this.#ledger.start(request);
    request.connection = connection;
    if (connection === null) {
      this.#callFrom(request, entry);
      return;
    }
    request.phase = 'going';
    request.sinceMs = sim.nowMs;
    const arrivesMs = this.#crosses(request, site, connection.pod, 0, false);
    if (arrivesMs < Infinity) sim.queue.schedule(request.event, arrivesMs);
  }

  #enterGateway(request: TrafficRequest, { pod, worker, epoch }: ClientConnection): void {
    if (pod.lost) {
      request.phase = 'calling'; // and nobody will ever answer
      return;
    }
    if (!pod.up || pod.epoch !== epoch) {
      this.#returnAfterReset(request);
      return;
    }
    pod.received++;
    this.#call(request, pod, null, pod.proxy, worker);
  }

  #returnAfterReset(request: TrafficRequest): void {
    const { nowMs } = this.#plane.sim;
    const { connection } = request;
    request.sinceMs = nowMs;
    const toldMs = connection === null ? nowMs : this.#crosses(request, connection.pod, this.options.site, 1, false);
    this.#refuse(request, toldMs);
  }

  #callFrom(request: TrafficRequest, entry: Entry): void {
    if (entry.kind === 'workload') {
      const pod = this.#sender(entry.pods, request.number);
      if (pod === null) {
        request.sinceMs = this.#plane.sim.nowMs;
        this.#refuse(request, request.sinceMs);
        return;
      }
      this.#call(request, pod, pod, pod.proxy, 0);
    } else this.#call(request, this.options.site, null, null, 0);
  }

  /** The pod whose turn it is, or the next one that is there; null: none is. */
  #sender(pods: readonly Pod[], number: number): Pod | null {
    for (let i = 0; i < pods.length; i++) {
      const pod = pods[(number + i) % pods.length]!;
      if (pod.up && !pod.lost) return pod;
    }
    return null;
  }

  #call(request: TrafficRequest, site: Site, pod: Pod | null, proxy: Pod['proxy'], worker: number): void {
    const { calls, router } = this.#plane;
    const call = calls.take();
    call.source = this.options.number;
    call.request = request.number;
    call.place = 1;
    call.counted = request.counted;
    call.sampled = request.sampled;
    call.owner = request;
    call.site = site;
    call.pod = pod;
    call.proxy = proxy;
    call.worker = worker;
    call.dialled = -1;
    call.plan = request.entry.plan;
    if (pod !== null) proxy?.takeConnection(call.plan.hostIndex, call);
    call.message = request.entry.plan.message;
    call.expected = request.entry.expected;
    request.call = call;
    request.phase = 'calling';
    router.begin(call);
  }

  #onCallEnded(request: TrafficRequest, call: Call): void {
    const { sim } = this.#plane;
    const { connection } = request;
    request.call = null;
    request.status = call.status;
    request.flags = call.flags;
    addVector(request.causes, call.causes);
    if (request.sampled) request.breakdown.absorb(call.breakdown!);
    if (connection === null) {
      this.#answered(request);
      return;
    }
    request.phase = 'returning';
    request.sinceMs = sim.nowMs;
    const arrivesMs = this.#crosses(request, connection.pod, this.options.site, 1, false);
    if (arrivesMs < Infinity) sim.queue.schedule(request.event, arrivesMs);
  }

  /** The pod that worked for the request is gone. Its connection is reset, or nothing is ever heard of it again. */
  #onCallLost(request: TrafficRequest, tell: boolean): void {
    request.call = null;
    if (tell) this.#returnAfterReset(request);
  }

  #answered(request: TrafficRequest): void {
    this.#connections.giveBack(request.connection);
    request.connection = null;
    this.#end(request, request.status, request.flags);
    this.#serveWaiting();
  }

  #serveWaiting(): void {
    const request = this.#connections.next();
    if (request === null) return;
    request.causes[POOL_WAIT]! += this.#plane.sim.nowMs - request.sinceMs;
    this.#connect(request);
  }

  #end(request: TrafficRequest, status: number, flags: number): void {
    request.timer.disarm();
    request.phase = 'over';
    this.#ledger.end(request, status, flags);
    const { user } = request;
    this.requests.give(request);
    if (user !== null) this.#users!.answered(user);
  }
}

function onArrival(source: TrafficSource): void {
  source.onArrival();
}
