import { runKey, SequentialRandom } from '../../src/engine/index.js';
import { authorityWithPort } from '../../src/mesh/index.js';
import { Clock, monotonicMs } from './clock.js';
import { Channel, NO_ANSWER } from './http-client.js';
import { latenessOf } from './lateness.js';
import type { Ways } from './layout.js';
import { wayKey } from './layout.js';
import type { LoadTask, SentRequests, ToLoad } from './protocol.js';
import { REQUEST_HEADER } from './protocol.js';
import { scheduleOf } from './schedule.js';

/** Sends what the sources of a case send, in a process of its own. */

const IN_FLIGHT = -1;

class Sender {
  readonly sent: SentRequests;
  readonly #task: LoadTask;
  readonly #clock: Clock;
  readonly #source: LoadTask['sources'][number];
  readonly #schedule: ReturnType<typeof scheduleOf>;
  readonly #channels: ReadonlyMap<string, Channel>[];
  readonly #lateMs: number[] = [];
  #next = 0;
  #outstanding = 0;

  constructor(task: LoadTask, index: number, clock: Clock) {
    this.#task = task;
    this.#clock = clock;
    this.#source = task.sources[index]!;
    this.#schedule = scheduleOf(this.#source.spec, task.run, task.repetition);
    const random = new SequentialRandom(runKey(task.run.seed, task.repetition), `ways of ${this.#source.spec.name}`);
    const isCrowd = this.#source.spec.from.kind === 'outside';
    this.#channels = this.#source.turns.map((ways) => channels(ways, this.#source.spec.connections, isCrowd, random));
    this.sent = { source: index, number: [], atMs: [], latencyMs: [], status: [], late: { meanMs: 0, p99Ms: 0 } };
  }

  get isDone(): boolean {
    const { warmupMs, durationMs } = this.#task.run;
    const due = this.#schedule.atMs[this.#next];
    return this.#outstanding === 0 && (due === undefined || due >= warmupMs + durationMs);
  }

  start(startMs: number): void {
    const { atMs } = this.#schedule;
    const next = () => {
      const due = atMs[this.#next];
      if (due === undefined) return;
      this.#clock.at(startMs + due, () => {
        this.#send(this.#next++, startMs);
        next();
      });
    };
    next();
  }

  /** What is still under way counts at its age. */
  finish(endMs: number, startMs: number): SentRequests {
    const { latencyMs, status, atMs } = this.sent;
    status.forEach((each, i) => {
      if (each === IN_FLIGHT) latencyMs[i] = endMs - startMs - atMs[i]!;
    });
    return { ...this.sent, late: latenessOf(this.#lateMs) };
  }

  #send(number: number, startMs: number): void {
    const { spec } = this.#source;
    const { warmupMs, durationMs } = this.#task.run;
    const dueMs = this.#schedule.atMs[number]!;
    const request = spec.requests[this.#schedule.request[number]!]!;
    const { to, method, headers, sizeBytes } = request;
    const isCounted = dueMs >= warmupMs && dueMs < warmupMs + durationMs;
    const slot = this.sent.status.length;
    if (isCounted) {
      this.#outstanding++;
      this.#lateMs.push(monotonicMs() - startMs - dueMs);
      this.sent.number.push(number);
      this.sent.atMs.push(dueMs);
      this.sent.latencyMs.push(0);
      this.sent.status.push(IN_FLIGHT);
    }
    let forget = () => {};
    const done = (status: number) => {
      forget();
      if (!isCounted) return;
      this.#outstanding--;
      this.sent.latencyMs[slot] = monotonicMs() - startMs - dueMs;
      this.sent.status[slot] = status;
    };
    const channel = this.#channels[number % this.#channels.length]!.get(wayKey(to))!;
    const host = authorityWithPort(to.host, to.port, 'http');
    const marked = { ...headers, host, [REQUEST_HEADER]: `${this.#source.index}-${number}` };
    const giveUp = channel.send({ method, path: to.path, headers: marked, sizeBytes }, done);
    if (spec.timeoutMs === null) return;
    forget = this.#clock.at(startMs + dueMs + spec.timeoutMs, () => {
      giveUp();
      done(NO_ANSWER);
    });
  }
}

function channels(ways: Ways, most: number, isCrowd: boolean, random: SequentialRandom): ReadonlyMap<string, Channel> {
  const draw = () => random.next();
  return new Map(
    Object.entries(ways).map(([key, way]) => [key, new Channel(way, most, isCrowd && !way.isProxy, draw)]),
  );
}

const clock = new Clock();
let senders: Sender[] = [];
let task: LoadTask | null = null;

process.on('message', (message: ToLoad) => {
  if (message.kind === 'task') {
    task = message.task;
    senders = task.sources.map((_, index) => new Sender(message.task, index, clock));
    process.send!({ kind: 'ready' });
  } else play(message.startMs);
});
process.on('disconnect', () => process.exit());

function play(startMs: number): void {
  const { warmupMs, durationMs, drainMs } = task!.run;
  for (const sender of senders) sender.start(startMs);
  const untilMs = startMs + warmupMs + durationMs;
  const look = () => {
    const nowMs = monotonicMs();
    if (nowMs < untilMs + drainMs && (nowMs < untilMs || senders.some(({ isDone }) => !isDone))) {
      setTimeout(look, 50);
      return;
    }
    process.send!({ kind: 'done', sent: senders.map((sender) => sender.finish(nowMs, startMs)) });
  };
  setTimeout(look, untilMs - monotonicMs());
}
