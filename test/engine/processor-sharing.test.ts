import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CpuJob, ProcessorSharing, Simulation } from '../../src/engine/index.js';

interface Arrival {
  readonly atMs: number;
  readonly demandMs: number;
}

interface Processor {
  readonly threads: number;
  readonly limit: number;
}

/** When each job is done, and what was used. */
function play(arrivals: readonly Arrival[], { threads, limit }: Processor) {
  const sim = new Simulation();
  const doneMs = new Array<number>(arrivals.length).fill(Number.NaN);
  const cpu = new ProcessorSharing(sim.queue, { threads, limit, phaseMs: 0 }, (job) => {
    doneMs[job.owner as number] = sim.nowMs;
  });
  sim.own(cpu.event, (each: ProcessorSharing) => each.onEvent(), cpu);
  arrivals.forEach(({ atMs, demandMs }, i) => {
    sim.queue.schedule(
      sim.event(() => cpu.add(new CpuJob(i), demandMs), null),
      atMs,
    );
  });
  while (sim.step());
  return { doneMs, usedMs: cpu.usedMs };
}

/** The same in steps of 0.01 ms. */
function bruteForce(arrivals: readonly Arrival[], { threads, limit }: Processor): number[] {
  const stepMs = 0.01;
  const left = arrivals.map(({ demandMs }) => demandMs);
  const doneMs = new Array<number>(arrivals.length).fill(Number.NaN);
  const quotaMs = limit < threads ? limit * 100 : Infinity;
  let quotaLeftMs = quotaMs;
  for (let step = 0; doneMs.some(Number.isNaN); step++) {
    const nowMs = step * stepMs;
    if (step % 10_000 === 0) quotaLeftMs = quotaMs;
    const present = arrivals.flatMap(({ atMs }, i) => (atMs <= nowMs + 1e-9 && left[i]! > 1e-9 ? [i] : []));
    const busy = Math.min(present.length, threads);
    if (quotaLeftMs < busy * stepMs - 1e-9 || busy === 0) continue;
    quotaLeftMs -= busy * stepMs;
    for (const i of present) {
      left[i]! -= (stepMs * busy) / present.length;
      if (left[i]! <= 1e-9) doneMs[i] = nowMs + stepMs;
    }
  }
  return doneMs;
}

test.each([
  { name: 'alone: at full speed', arrivals: [{ atMs: 0, demandMs: 10 }], threads: 1, limit: 1, done: [10] },
  {
    name: 'two on one thread: at half speed',
    arrivals: [
      { atMs: 0, demandMs: 10 },
      { atMs: 0, demandMs: 20 },
    ],
    threads: 1,
    limit: Infinity,
    done: [20, 30],
  },
  {
    name: 'two on two threads: each at full speed',
    arrivals: [
      { atMs: 0, demandMs: 10 },
      { atMs: 5, demandMs: 20 },
    ],
    threads: 2,
    limit: Infinity,
    done: [10, 25],
  },
  {
    name: 'half a core: 50 ms of every 100 ms',
    arrivals: [{ atMs: 0, demandMs: 120 }],
    threads: 1,
    limit: 0.5,
    done: [220],
  },
  {
    name: 'one core for two threads: both run for 50 ms, then neither',
    arrivals: [
      { atMs: 0, demandMs: 60 },
      { atMs: 0, demandMs: 60 },
    ],
    threads: 2,
    limit: 1,
    done: [110, 110],
  },
])('$name', ({ arrivals, threads, limit, done }) => {
  const { doneMs, usedMs } = play(arrivals, { threads, limit });
  doneMs.forEach((ms, i) => {
    expect(ms).toBeCloseTo(done[i]!, 6);
  });
  expect(usedMs).toBeCloseTo(
    arrivals.reduce((sum, { demandMs }) => sum + demandMs, 0),
    6,
  );
});

test('it ends every job when small steps would', () => {
  const arrival = fc.record({ atMs: fc.nat(150), demandMs: fc.integer({ min: 1, max: 60 }) });
  const processor = fc.record({
    threads: fc.integer({ min: 1, max: 3 }),
    limit: fc.constantFrom(0.3, 0.5, 1, 1.5, Infinity),
  });
  fc.assert(
    fc.property(fc.array(arrival, { minLength: 1, maxLength: 6 }), processor, (arrivals, options) => {
      const { doneMs, usedMs } = play(arrivals, options);
      const expected = bruteForce(arrivals, options);
      // A step too many may push a job's last bit past the end of a period, which then takes up to 100 ms more.
      doneMs.forEach((ms, i) => {
        const differenceMs = Math.abs(ms - expected[i]!);
        const atPeriodEnd = Math.min(ms % 100, 100 - (ms % 100), expected[i]! % 100) < 1;
        expect(differenceMs).toBeLessThan(options.limit < options.threads && atPeriodEnd ? 101 : 0.2);
      });
      expect(usedMs).toBeCloseTo(
        arrivals.reduce((sum, { demandMs }) => sum + demandMs, 0),
        6,
      );
    }),
    { seed: 1, numRuns: 60 },
  );
});
