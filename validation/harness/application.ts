import type { IncomingMessage, ServerResponse } from 'node:http';
import { RE2JS } from 're2js';
import type { Sampler, SequentialRandom } from '../../src/engine/index.js';
import { pathOnly } from '../../src/mesh/index.js';
import type { Endpoint } from '../../src/scenario/index.js';
import type { Clock } from './clock.js';
import { Job } from './job.js';
import type { Address, PlayedApplication } from './layout.js';
import type { Outbound } from './outbound.js';
import { PlainServer } from './server.js';

/** What a fault does to a workload as long as it lasts. */
export interface Strikes {
  readonly delays: Sampler[];
  readonly errors: { readonly status: number; readonly share: number }[];
}

export interface ApplicationContext {
  readonly clock: Clock;
  readonly random: SequentialRandom;
  readonly outbound: Outbound;
  /** The workload's; shared by its pods. */
  readonly strikes: Strikes;
  /** Is told how late each wait ended, ms. */
  readonly onLate: (lateMs: number) => void;
}

const ANSWER: Pick<Endpoint, 'steps' | 'errors' | 'everyNthFails' | 'sizeBytes'> & {
  readonly status: Endpoint['status'];
} = {
  steps: [],
  status: { kind: 'http', status: 200 },
  sizeBytes: 0,
  errors: [],
  everyNthFails: null,
};

/** An application in a pod: real HTTP servers, and workers that do what the scenario says by waiting. */
export class Application {
  readonly #spec: PlayedApplication;
  readonly #context: ApplicationContext;
  readonly #endpoints: readonly {
    readonly takes: (request: IncomingMessage) => boolean;
    readonly does: typeof ANSWER;
  }[];
  readonly #waiting: Job[] = []; // first come, first served
  readonly #working = new Set<Job>();
  #servers: PlainServer[] = [];
  #arrivals = 0;

  constructor(spec: PlayedApplication, context: ApplicationContext) {
    this.#spec = spec;
    this.#context = context;
    const endpoints = spec.behaviour?.endpoints ?? null;
    this.#endpoints =
      endpoints === null
        ? [{ takes: () => true, does: ANSWER }]
        : endpoints.map((endpoint) => ({ takes: matcherOf(endpoint), does: endpoint }));
  }

  async listen(): Promise<void> {
    this.#servers = await Promise.all(this.#spec.listensOn.map((address) => this.#serve(address)));
  }

  /** The pod dies: its connections are cut, new ones refused, its work is gone. */
  crash(): void {
    for (const server of this.#servers) server.close();
    this.#servers = [];
    for (const job of [...this.#working, ...this.#waiting]) job.stop();
    this.#working.clear();
    this.#waiting.length = 0;
  }

  async #serve(address: Address): Promise<PlainServer> {
    const server = new PlainServer((request, response) => this.#onRequest(request, response));
    await server.listen(address);
    return server;
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    request.on('error', () => {});
    response.on('error', () => {});
    request.on('end', () => this.#receive(request, response));
    request.resume();
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { workers = Infinity, queue = Infinity, abandoned = 'finish' } = this.#spec.behaviour ?? {};
    const job = new Job(this.#context, request);
    const answer = (status: number, sizeBytes: number) => {
      response.writeHead(status, { 'content-length': String(sizeBytes) });
      response.end(sizeBytes > 0 ? Buffer.alloc(sizeBytes) : undefined);
    };
    job.run = () => this.#work(job, request, answer);
    if (this.#working.size < workers) this.#begin(job);
    else if (this.#waiting.length < queue) this.#waiting.push(job);
    else {
      answer(503, 0);
      return;
    }
    if (abandoned === 'finish') return;
    response.on('close', () => {
      if (response.writableFinished) return;
      job.stop();
      const at = this.#waiting.indexOf(job);
      if (at >= 0) this.#waiting.splice(at, 1);
      else this.#leave(job);
    });
  }

  #begin(job: Job): void {
    this.#working.add(job);
    job.run();
  }

  /** The worker takes whoever came first. */
  #leave(job: Job): void {
    if (!this.#working.delete(job)) return;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#begin(next);
  }

  #work(job: Job, request: IncomingMessage, answer: (status: number, sizeBytes: number) => void): void {
    const found = this.#endpoints.find(({ takes }) => takes(request));
    if (found === undefined) {
      answer(404, 0);
      this.#leave(job);
      return;
    }
    const { steps, everyNthFails, sizeBytes } = found.does;
    const end = (status: number) => {
      if (job.isStopped) return;
      answer(status, sizeBytes);
      this.#leave(job);
    };
    if (everyNthFails !== null && ++this.#arrivals % everyNthFails === 0) {
      end(500);
      return;
    }
    job.play(steps).then(
      (failure) => end(failure ?? this.#outcome(found.does)),
      (error: unknown) => {
        if (!job.isStopped) throw error;
      },
    );
  }

  /** Faults first, each a coin of its own, then the endpoint's own coin. */
  #outcome({ errors, status }: typeof ANSWER): number {
    const { random, strikes } = this.#context;
    for (const each of strikes.errors) if (each.share >= 1 || random.next() < each.share) return each.status;
    if (errors.length > 0) {
      const u = random.next();
      let upTo = 0;
      for (const each of errors) {
        upTo += each.share;
        if (u < upTo) return each.outcome.status;
      }
    }
    return status.status;
  }
}

function matcherOf({ match }: Endpoint): (request: IncomingMessage) => boolean {
  if (match === null) return () => true;
  const { method, path } = match;
  const pattern = path?.kind === 'regex' ? RE2JS.compile(path.value) : null;
  return (request) => {
    if (method !== null && method !== request.method) return false;
    const asked = pathOnly(request.url ?? '/');
    if (path === null) return true;
    if (path.kind === 'exact') return asked === path.value;
    return path.kind === 'prefix' ? asked.startsWith(path.value) : pattern!.matches(asked);
  };
}
