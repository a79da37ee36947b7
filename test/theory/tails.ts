import { BandedMatrix } from './banded.js';

/** A Markov chain in discrete time: what a request sees, from one to the next. Rows add to 1. */
type Steps = readonly Float64Array[];

const CELL = 0.1; // of the lattice of times, in mean services
const CELLS = 450;

/**
 * n times the variance of the share of n requests that stay longer than `t` in M/M/1 with service rate 1. The times in
 * the system are a chain themselves, S' = max(0, S - T) + X, here on a lattice.
 */
export function mm1TailVariance(rate: number, t: number): number {
  const cell = (k: number) => (k + 0.5) * CELL;
  const down = matrix((from, to) => Math.exp(-rate * (from - to) * CELL) * (to === 0 ? 1 : 1 - Math.exp(-rate * CELL)));
  const steps = Array.from({ length: CELLS }, (_, from) => {
    const row = new Float64Array(CELLS);
    for (let left = 0; left <= from; left++) {
      for (let to = left; to < CELLS; to++) {
        const served = Math.exp(-(to - left) * CELL) * (to === CELLS - 1 ? 1 : 1 - Math.exp(-CELL));
        row[to]! += down[from]![left]! * served;
      }
    }
    return row;
  });
  const isLonger = new Float64Array(CELLS).map((_, k) => (cell(k) > t ? 1 : 0));
  return chainVariance(steps, isLonger);
}

/**
 * The same for M/M/c with servers of rate 1. While all servers are busy the wait that an arrival finds goes up by the time
 * to the next departure and down by the time to the next arrival; while one is idle, only the busy ones count. Given
 * the wait, the request's own service is taken for independent of what comes after it: it is one of c.
 */
export function mmcTailVariance(rate: number, servers: number, t: number): number {
  const cell = (k: number) => (k - servers + 0.5) * CELL; // wait of state k; below `servers`: so many are busy
  const states = servers + CELLS;
  const found = (busy: number) => {
    const row = new Float64Array(states);
    for (let left = 1, m = busy; m >= 0; m--) {
      row[m] = (left * rate) / (rate + m);
      left *= m / (rate + m);
    }
    return row;
  };
  const emptied = found(servers - 1);
  const steps = Array.from({ length: states }, (_, from) => {
    if (from < servers - 1) return found(from + 1);
    const wait = from === servers - 1 ? 0 : cell(from);
    const over = (x: number) => aboveDifference(x - wait, servers, rate);
    const row = emptied.map((share) => share * (1 - over(0)));
    for (let to = servers; to < states; to++) {
      const upper = to === states - 1 ? 0 : over((to - servers + 1) * CELL);
      row[to]! += over((to - servers) * CELL) - upper;
    }
    return row;
  });
  const longer = new Float64Array(states).map((_, k) => Math.exp(-Math.max(0, t - (k < servers ? 0 : cell(k)))));
  return chainVariance(steps, longer, (share) => share * (1 - share));
}

/** P(E - T > x) of an exponential E of rate `up` and T of rate `down`. */
function aboveDifference(x: number, up: number, down: number): number {
  return x > 0 ? (down / (up + down)) * Math.exp(-up * x) : 1 - (up / (up + down)) * Math.exp(down * x);
}

/** The asymptotic variance of the mean of f, and of what is independent of all else beside it. */
function chainVariance(steps: Steps, f: Float64Array, ownVariance: (value: number) => number = () => 0): number {
  const states = steps.length;
  const minusGenerator = new BandedMatrix(states - 1, states);
  for (let from = 1; from < states; from++) {
    minusGenerator.add(from - 1, from - 1, 1);
    for (let to = 1; to < states; to++) minusGenerator.add(from - 1, to - 1, -steps[from]![to]!);
  }
  minusGenerator.factorize();
  const share = new Float64Array(states);
  share[0] = 1;
  share.set(minusGenerator.solveLeft(steps[0]!.subarray(1)), 1);
  const total = share.reduce((sum, value) => sum + value, 0);
  const over = (g: (state: number) => number) => share.reduce((sum, value, i) => sum + (value / total) * g(i), 0);
  const mean = over((i) => f[i]!);
  const potential = new Float64Array(states);
  potential.set(minusGenerator.solve(f.subarray(1).map((value) => value - mean)), 1);
  const variance = over((i) => (f[i]! - mean) ** 2);
  const covariance = over((i) => (f[i]! - mean) * potential[i]!);
  return 2 * covariance - variance + over((i) => ownVariance(f[i]!));
}

function matrix(value: (from: number, to: number) => number): Float64Array[] {
  return Array.from({ length: CELLS }, (_, from) =>
    new Float64Array(CELLS).map((_, to) => (to <= from ? value(from, to) : 0)),
  );
}
