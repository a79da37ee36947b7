import { BandedMatrix } from './banded.js';

/** A jump of a Markov chain in continuous time. */
export interface Jump {
  readonly from: number;
  readonly to: number;
  readonly rate: number;
  /** How many it counts: 1 for an arrival that is counted. */
  readonly counts: number;
  /** What it earns; 1 for an arrival that is turned away. */
  readonly earns: number;
}

export interface Chain {
  readonly states: number;
  readonly jumps: readonly Jump[];
  /** What a state earns per unit of time: the requests that are under way, where time in the system is meant. */
  earns(state: number): number;
}

/** The mean earned per count, and n times the variance of its estimate from n counts of a long run. */
export interface PerCount {
  readonly mean: number;
  readonly variance: number;
}

/**
 * By Little's law the time that requests spend is the integral of how many are there, so that a mean over requests is a
 * reward of the chain. Its estimate is off by a martingale: with g from Poisson's equation Q g = -(rate of what is
 * earned above the mean), the variance per unit of time is the sum over jumps of rate x (earned above the mean + change
 * of g)^2. Asmussen, Applied Probability and Queues (2003), I.7 and II.4d.
 */
export function perCount(chain: Chain): PerCount {
  const { states, jumps } = chain;
  const width = jumps.reduce((most, { from, to }) => Math.max(most, Math.abs(from - to)), 1);
  const generator = new BandedMatrix(states - 1, width); // without state 0, whose equation follows from the others
  for (const { from, to, rate } of jumps) {
    if (from === 0 || from === to) continue;
    generator.add(from - 1, from - 1, -rate);
    if (to > 0) generator.add(from - 1, to - 1, rate);
  }
  generator.factorize();
  const share = stationary(states, jumps, generator);
  let counted = 0;
  let earned = 0;
  for (const jump of jumps) {
    counted += share[jump.from]! * jump.rate * jump.counts;
    earned += share[jump.from]! * jump.rate * jump.earns;
  }
  for (let state = 0; state < states; state++) earned += share[state]! * chain.earns(state);
  const mean = earned / counted;
  const drift = new Float64Array(states).map((_, state) => chain.earns(state));
  for (const jump of jumps) drift[jump.from]! += jump.rate * (jump.earns - mean * jump.counts);
  const potential = new Float64Array(states);
  potential.set(generator.solve(drift.subarray(1).map((value) => -value)), 1);
  let variancePerTime = 0;
  for (const { from, to, rate, counts, earns } of jumps) {
    const change = earns - mean * counts + potential[to]! - potential[from]!;
    variancePerTime += share[from]! * rate * change * change;
  }
  return { mean, variance: variancePerTime / counted };
}

function stationary(states: number, jumps: readonly Jump[], generator: BandedMatrix): Float64Array {
  const inflow = new Float64Array(states - 1);
  for (const { from, to, rate } of jumps) if (from === 0 && to > 0) inflow[to - 1]! -= rate;
  const share = new Float64Array(states);
  share[0] = 1;
  share.set(generator.solveLeft(inflow), 1);
  const sum = share.reduce((total, value) => total + value, 0);
  return share.map((value) => value / sum);
}

/** A station where requests come at `arrival` and leave at `departure(n)` while n are there; at most `room` are. */
export function birthDeath(options: {
  readonly arrival: number;
  departure(present: number): number;
  readonly room: number;
  earns(present: number): number;
  /** What an arrival earns that finds the station full, and whether it counts. */
  readonly refused?: { readonly earns: number; readonly counts: number };
}): Chain {
  const { arrival, departure, room, earns, refused = { earns: 0, counts: 1 } } = options;
  const jumps: Jump[] = [];
  for (let n = 0; n <= room; n++) {
    if (n < room) jumps.push({ from: n, to: n + 1, rate: arrival, counts: 1, earns: 0 });
    else jumps.push({ from: n, to: n, rate: arrival, ...refused });
    if (n > 0) jumps.push({ from: n, to: n - 1, rate: departure(n), counts: 0, earns: 0 });
  }
  return { states: room + 1, jumps, earns };
}

/** A move of a chain whose state is a pair of counts. */
export interface Move {
  /** Changes of the two counts. */
  readonly by: readonly [number, number];
  readonly counts: number;
  rate(first: number, second: number): number;
}

/** A chain of pairs up to `most` each; moves beyond are left out, so that `most` must be seldom reached. */
export function pairChain(options: {
  readonly most: number;
  readonly moves: readonly Move[];
  earns(first: number, second: number): number;
}): Chain {
  const { most, moves, earns } = options;
  const side = most + 1;
  const jumps: Jump[] = [];
  for (let first = 0; first < side; first++) {
    for (let second = 0; second < side; second++) {
      for (const { by, counts, rate } of moves) {
        const to = [first + by[0], second + by[1]] as const;
        const perTime = rate(first, second);
        if (perTime === 0 || to.some((count) => count < 0 || count > most)) continue;
        jumps.push({ from: first * side + second, to: to[0] * side + to[1], rate: perTime, counts, earns: 0 });
      }
    }
  }
  return { states: side * side, jumps, earns: (state) => earns(Math.floor(state / side), state % side) };
}
