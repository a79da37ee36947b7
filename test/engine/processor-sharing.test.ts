import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CpuJob, ProcessorSharing, QUOTA_PERIOD_MS, Simulation } from '../../src/engine/index.js';

/** What happens to a processor at a time. A job's removal that comes after its end is none. */
interface History {
  readonly threads: number;
  /** Cores. */
  readonly limit: number;
  readonly phaseMs: number;
  readonly jobs: readonly {
    readonly atMs: number;
    readonly demandMs: number;
    readonly removedAfterMs: number | null;
  }[];
  readonly speeds: readonly { readonly atMs: number; readonly speed: number }[];
}

interface Result {
  /** By job; null: removed. */
  readonly endsMs: (number | null)[];
  readonly usedMs: number;
}

/** The processor under test. */
function simulate({ threads, limit, phaseMs, jobs, speeds }: History): Result {
  const sim = new Simulation();
  const endsMs = new Array<number | null>(jobs.length).fill(null);
  const cpu = new ProcessorSharing(sim.queue, { threads, limit, phaseMs }, (job) => {
    endsMs[job.owner as number] = sim.nowMs;
  });
  sim.own(cpu.event, (owner: ProcessorSharing) => owner.onEvent(), cpu);
  jobs.forEach(({ atMs, demandMs, removedAfterMs }, i) => {
    const job = new CpuJob(i);
    sim.queue.schedule(
      sim.event(() => cpu.add(job, demandMs), null),
      atMs,
    );
    if (removedAfterMs === null) return;
    sim.queue.schedule(
      sim.event(() => cpu.remove(job), null),
      atMs + removedAfterMs,
    );
  });
  for (const { atMs, speed } of speeds) {
    sim.queue.schedule(
      sim.event(() => cpu.setSpeed(speed), null),
      atMs,
    );
  }
  while (sim.step());
  cpu.settle();
  return { endsMs, usedMs: cpu.usedMs };
}

/**
 * The same without a virtual clock: every job's own remainder is brought forward from each moment at which something
 * changes to the next. The quota is refilled at each period's beginning.
 */
function bruteForce({ threads, limit, phaseMs, jobs, speeds }: History): Result {
  const endsMs = new Array<number | null>(jobs.length).fill(null);
  const left = new Map<number, number>();
  const quotaMs = limit < threads ? limit * QUOTA_PERIOD_MS : Infinity;
  const changes: { atMs: number; act: () => void }[] = [
    ...jobs.map(({ atMs, demandMs }, i) => ({ atMs, act: () => void left.set(i, demandMs) })),
    ...jobs.flatMap(({ atMs, removedAfterMs }, i) =>
      removedAfterMs === null ? [] : [{ atMs: atMs + removedAfterMs, act: () => void left.delete(i) }],
    ),
    ...speeds.map(({ atMs, speed }) => ({
      atMs,
      act: () => {
        current = speed;
      },
    })),
  ].sort((a, b) => a.atMs - b.atMs);
  let current = 1;
  let nowMs = 0;
  let usedMs = 0;
  let quotaLeftMs = quotaMs;
  let periodEndMs = phaseMs % QUOTA_PERIOD_MS;
  if (periodEndMs <= 0) periodEndMs += QUOTA_PERIOD_MS;
  while (left.size > 0 || changes.length > 0) {
    const busy = quotaLeftMs <= 1e-9 ? 0 : Math.min(left.size, threads);
    const rate = busy === 0 ? 0 : (current * busy) / left.size;
    const candidates = [periodEndMs, changes[0]?.atMs ?? Infinity];
    if (busy > 0) candidates.push(nowMs + quotaLeftMs / busy, nowMs + Math.min(...left.values()) / rate);
    const nextMs = Math.min(...candidates);
    const stepMs = nextMs - nowMs;
    usedMs += busy * stepMs;
    quotaLeftMs -= busy * stepMs;
    for (const [job, demandMs] of left) left.set(job, demandMs - rate * stepMs);
    nowMs = nextMs;
    for (const [job, demandMs] of left) {
      if (demandMs > 1e-9) continue;
      left.delete(job);
      endsMs[job] = nowMs;
    }
    if (nowMs >= periodEndMs) {
      periodEndMs += QUOTA_PERIOD_MS;
      quotaLeftMs = quotaMs;
    }
    while (changes.length > 0 && changes[0]!.atMs <= nowMs) changes.shift()!.act();
  }
  return { endsMs, usedMs };
}

// Parts of a ms with a prime in them: no two things happen at once by chance.
const time = (most: number) => fc.nat(most * 97).map((value) => value / 97);
const job = fc.record({
  atMs: time(600),
  demandMs: time(150).map((ms) => ms + 0.1),
  removedAfterMs: fc.option(time(300), { freq: 3 }),
});
const history = (limits: readonly number[]) =>
  fc.record({
    threads: fc.integer({ min: 1, max: 3 }),
    limit: fc.constantFrom(...limits),
    phaseMs: fc.nat(99),
    jobs: fc.array(job, { minLength: 1, maxLength: 12 }),
    speeds: fc.array(fc.record({ atMs: time(600), speed: fc.constantFrom(0.25, 0.5, 1) }), { maxLength: 3 }),
  });

const KINDS = [
  { name: 'without a quota', limits: [Infinity] },
  { name: 'with a CFS quota', limits: [0.1, 0.25, 0.5, 0.9, 1.3, 2.5] },
];

test.each(KINDS)('$name it does what brute force does', ({ limits }) => {
  fc.assert(
    fc.property(history(limits), (each) => {
      const [seen, expected] = [simulate(each), bruteForce(each)];
      seen.endsMs.forEach((endMs, i) => {
        const expectedMs = expected.endsMs[i]!;
        if (endMs === null || expectedMs === null) expect(endMs).toBe(expectedMs);
        else expect(Math.abs(endMs - expectedMs)).toBeLessThan(1e-5);
      });
      expect(seen.usedMs).toBeCloseTo(expected.usedMs, 4);
    }),
    { seed: 3, numRuns: 500 },
  );
});

const ROWS = [
  { name: 'one job at full speed', threads: 2, limit: Infinity, demands: [50], ends: [50] },
  { name: 'as many as threads', threads: 2, limit: Infinity, demands: [50, 50], ends: [50, 50] },
  {
    name: 'twice as many as threads',
    threads: 2,
    limit: Infinity,
    demands: [50, 50, 50, 50],
    ends: [100, 100, 100, 100],
  },
  { name: 'short ones leave first', threads: 1, limit: Infinity, demands: [10, 20], ends: [20, 30] },
  { name: 'half a core: 50 ms of every 100', threads: 1, limit: 0.5, demands: [120], ends: [220] },
  {
    name: 'two threads spend a quota of one core in half the time',
    threads: 2,
    limit: 1,
    demands: [100, 100],
    ends: [150, 150],
  },
];

test.each(ROWS)('$name', ({ threads, limit, demands, ends }) => {
  const jobs = demands.map((demandMs) => ({ atMs: 0, demandMs, removedAfterMs: null }));
  const { endsMs } = simulate({ threads, limit, phaseMs: 0, jobs, speeds: [] });
  endsMs.forEach((endMs, i) => {
    expect(endMs).toBeCloseTo(ends[i]!, 9);
  });
});
