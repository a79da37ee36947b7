import type { IncomingMessage } from 'node:http';
import { type Sampler, sampler } from '../../src/engine/index.js';
import type { CallStep, Distribution, Step } from '../../src/scenario/index.js';
import type { ApplicationContext } from './application.js';
import { monotonicMs } from './clock.js';
import { NO_ANSWER } from './http-client.js';
import { travelling } from './outbound.js';

const samplers = new WeakMap<Distribution, Sampler>();

/** The work on one request. Its steps are done in turn; each tells the status of a failure, or null to go on. */
export class Job {
  isStopped = false;
  run: () => void = () => {};
  readonly #context: ApplicationContext;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #pending = new Set<() => void>();

  constructor(context: ApplicationContext, { headers }: IncomingMessage) {
    this.#context = context;
    this.#headers = travelling(headers);
  }

  /** Drops the work, whatever it is at, and the calls that it has made. */
  stop(): void {
    this.isStopped = true;
    for (const cancel of this.#pending) cancel();
    this.#pending.clear();
  }

  async play(steps: readonly Step[]): Promise<number | null> {
    const { strikes } = this.#context;
    let heldUpMs = 0;
    for (const delay of strikes.delays) heldUpMs += this.#drawn(delay);
    await this.#wait(heldUpMs);
    return this.#playAll(steps);
  }

  async #playAll(steps: readonly Step[]): Promise<number | null> {
    for (const step of steps) {
      const failure = await this.#step(step);
      if (failure !== null) return failure;
    }
    return null;
  }

  async #step(step: Step): Promise<number | null> {
    switch (step.kind) {
      case 'wait':
        await this.#wait(this.#draw(step.time));
        return null;
      case 'call':
        return this.#call(step);
      case 'parallel': {
        const ends = await Promise.all(step.branches.map((branch) => this.#playAll(branch)));
        return ends.find((end) => end !== null) ?? null;
      }
      case 'choose': {
        const u = this.#context.random.next();
        let at = 0;
        let upTo = step.options[0]!.share;
        while (at < step.options.length - 1 && u >= upTo) upTo += step.options[++at]!.share;
        return this.#playAll(step.options[at]!.steps);
      }
      case 'repeat':
        for (let i = 0; i < step.times; i++) {
          const failure = await this.#playAll(step.steps);
          if (failure !== null) return failure;
        }
        return null;
      case 'fail':
        return step.outcome.status;
      case 'cpu':
        throw new RangeError('CPU is not played');
    }
  }

  #draw(time: Distribution): number {
    let known = samplers.get(time);
    if (known === undefined) {
      known = sampler(time);
      samplers.set(time, known);
    }
    return this.#drawn(known);
  }

  #drawn(time: Sampler): number {
    return time.constantMs ?? time.quantileMs(this.#context.random.next());
  }

  #wait(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    const { clock, onLate } = this.#context;
    return new Promise((resolve) => {
      const cancel = clock.at(monotonicMs() + ms, (dueMs) => {
        this.#pending.delete(cancel);
        onLate(monotonicMs() - dueMs);
        resolve();
      });
      this.#pending.add(cancel);
    });
  }

  async #call(step: CallStep): Promise<number | null> {
    let status = await this.#try(step);
    for (let retried = 0; isFailure(step, status); retried++) {
      if (retried === step.retries) return answerTo(step, status);
      if (step.backoff !== null) await this.#wait(this.#draw(step.backoff));
      status = await this.#try(step);
    }
    return null;
  }

  #try(step: CallStep): Promise<number> {
    const { outbound, clock } = this.#context;
    return new Promise((resolve) => {
      let forget = () => {};
      const end = (status: number) => {
        forget();
        this.#pending.delete(giveUp);
        resolve(status);
      };
      const giveUp = outbound.send(step, this.#headers, end);
      this.#pending.add(giveUp);
      if (step.timeoutMs === null) return;
      forget = clock.at(monotonicMs() + step.timeoutMs, () => {
        giveUp();
        end(NO_ANSWER);
      });
    });
  }
}

/** What a request is answered whose call has failed; null: its steps go on. */
function answerTo({ onFailure }: CallStep, status: number): number | null {
  if (onFailure === 'ignore') return null;
  return onFailure === 'forward' && status !== NO_ANSWER ? status : 500;
}

/** No answer, or 500 and up, or what the step says. */
function isFailure({ failOn, expect }: CallStep, status: number): boolean {
  const isListed = (list: CallStep['expect']) => list.some((each) => each.kind === 'status' && each.status === status);
  if (status === NO_ANSWER) return true;
  if (failOn !== null) return isListed(failOn);
  return status >= 500 && !isListed(expect);
}
