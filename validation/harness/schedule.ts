import { runKey, SequentialRandom } from '../../src/engine/index.js';
import type { RequestSpec, RunSpec, TrafficSource } from '../../src/scenario/index.js';
import { GAPS, RateProfile } from '../../src/traffic/index.js';

/** When a source means to send, and which request of its mix. Times from the start of the run, ascending. */
export interface Schedule {
  readonly atMs: readonly number[];
  readonly request: readonly number[];
}

/**
 * All that a source sends, warm-up and drain included, drawn before anything starts: the real Envoys get it, and so does the
 * model.
 */
export function scheduleOf(source: TrafficSource, run: RunSpec, repetition: number): Schedule {
  const { load, arrivals } = source;
  const untilMs = run.warmupMs + run.durationMs + run.drainMs;
  const random = new SequentialRandom(runKey(run.seed, repetition), `arrivals of ${source.name}`);
  const atMs: number[] = [];
  const request: number[] = [];
  if (load.kind === 'replay') {
    load.atMs.forEach((at, i) => {
      const time = at + run.warmupMs;
      if (time < 0 || time >= untilMs) return;
      atMs.push(time);
      request.push(load.request[i]!);
    });
  } else if (load.kind === 'open') {
    const profile = new RateProfile(load.stages, run.warmupMs);
    const gap = arrivals.kind === 'jittered' ? GAPS.jittered(arrivals.share) : GAPS[arrivals.kind];
    let expected = 0;
    for (;;) {
      expected += gap(random.next());
      const time = profile.timeOf(expected);
      if (!(time < untilMs)) break;
      atMs.push(time);
      request.push(chosen(source.requests, random));
    }
  } else throw new RangeError(`${source.name} is a closed load`);
  return { atMs, request };
}

function chosen(requests: readonly RequestSpec[], random: SequentialRandom): number {
  if (requests.length === 1) return 0;
  const u = random.next();
  let upTo = 0;
  for (let i = 0; i < requests.length - 1; i++) {
    upTo += requests[i]!.share;
    if (u < upTo) return i;
  }
  return requests.length - 1;
}
