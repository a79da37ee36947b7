import { expect, test } from 'vitest';
import { callServer, outcome, type Seen, type Setup } from '../dataplane/call-server.js';

/** A mesh in which several mechanisms meet, and what must come of it, worked out by hand from istio-envoy-semantics. */
export interface Interplay {
  readonly what: string;
  readonly setup: Setup;
  /** `503 UF,URX`, where all requests end alike. */
  readonly outcome?: string;
  readonly codes?: Readonly<Record<string, number>>;
  readonly flags?: Readonly<Record<string, number>>;
  /** Latency of every request, or between which it is, ms. */
  readonly ms?: Bounds;
  /** Attempts at `server` for each request, or between how many. */
  readonly tries?: Bounds;
  /** Attempts at each workload in all; those that are not named do not count. */
  readonly attempts?: Readonly<Record<string, number>>;
  /** Of the caller's proxy towards `server`, in all. */
  readonly counters?: Readonly<Record<string, number>>;
}

type Bounds = number | readonly [least: number, most: number];

const EACH_SECOND = Array.from({ length: 10 }, (_, i) => 1000 * i);

/** One test for each row. Ten requests, one a second, unless the setup has a rate or a source of its own (then nine). */
export function testInterplays(rows: readonly Interplay[]): void {
  test.each(rows)('$what', async (row) => {
    const { rate, atMs, traffic } = row.setup;
    const isPlain = rate === undefined && atMs === undefined && traffic === undefined;
    const seen = await callServer({ ...(isPlain ? { atMs: EACH_SECOND } : { rate: 1 }), seconds: 10, ...row.setup });
    expect(seenOf(row, seen)).toEqual(expectedOf(row));
  });
}

function expectedOf({ what: _what, setup: _setup, ms, tries, ...rest }: Interplay): object {
  return { ...rest, ...(ms !== undefined && { ms: true }), ...(tries !== undefined && { tries: true }) };
}

/** What was seen of all that the row names; bounds are `true` where they hold, else what was seen instead. */
function seenOf(row: Interplay, seen: Seen): object {
  const { codes, flags, latencyMs } = seen.traffic;
  const most = latencyMs.max!;
  const perRequest = seen.attempts / seen.requests;
  return {
    ...(row.outcome !== undefined && { outcome: outcome(seen) }),
    ...(row.codes && { codes }),
    ...(row.flags && { flags }),
    ...(row.ms !== undefined && { ms: holds(row.ms, leastMs(seen), most) || [leastMs(seen), most] }),
    ...(row.tries !== undefined && { tries: holds(row.tries, perRequest, perRequest) || perRequest }),
    ...(row.attempts && { attempts: mapKeys(row.attempts, (name) => attemptsAt(seen, name)) }),
    ...(row.counters && { counters: mapKeys(row.counters, (name) => seen.counter(name)) }),
  };
}

/** The lower edge of the first bucket that counts. */
function leastMs({ traffic }: Seen): number {
  const { upperMs, relativeError, counts } = traffic.histogram;
  return upperMs[counts.findIndex((count) => count > 0)]! * (1 - 2 * relativeError);
}

/** Buckets are two thousandths wide. */
function holds(bounds: Bounds, least: number, most: number): boolean {
  const [low, high] = typeof bounds === 'number' ? [bounds, bounds] : bounds;
  return least >= low * 0.996 && most >= low - 1e-6 && most <= high + 1e-6;
}

function attemptsAt({ edges }: Seen, workload: string): number {
  return edges.filter((edge) => edge.workload === workload).reduce((sum, { attempts }) => sum + attempts, 0);
}

function mapKeys(of: object, map: (key: string) => number): Record<string, number> {
  return Object.fromEntries(Object.keys(of).map((key) => [key, map(key)]));
}
