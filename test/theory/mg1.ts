/**
 * A station with one server, Poisson arrivals, and services of which the first four moments are known, mean 1. Waiting
 * times are those of Lindley's recursion W' = max(0, W + X - T). Poisson's equation for the waiting time is solved by
 * h(w) = a (w^2 + 2 w / lambda), a = lambda / (2 (1 - rho)), because E over T of h((y - T)+) is a y^2. So the variance
 * of a mean over n requests is known in full; for M/M/1 it is Daley's rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4
 * (Advances in Applied Probability 1, 1968).
 */
export class MG1 {
  readonly rate: number;
  /** E W, E W^2, E W^3 by Takacs' recursion (Kleinrock, Queueing Systems, vol. 1, 5.7). */
  readonly #wait: readonly [number, number, number];
  readonly #service: readonly [number, number, number, number];

  /** `moments`: E X = 1, E X^2, E X^3, E X^4. */
  constructor(rate: number, moments: readonly [number, number, number, number]) {
    const [x1, x2, x3, x4] = moments;
    const factor = rate / (1 - rate * x1);
    const w1 = (factor * x2) / 2;
    const w2 = factor * (x2 * w1 + x3 / 3);
    const w3 = factor * ((3 / 2) * x2 * w2 + x3 * w1 + x4 / 4);
    this.rate = rate;
    this.#wait = [w1, w2, w3];
    this.#service = moments;
  }

  get meanWait(): number {
    return this.#wait[0];
  }

  /** n times the variance of the mean wait of n requests. */
  get waitVariance(): number {
    const [w1, w2, w3] = this.#wait;
    const covariance = this.#a * (w3 - w2 * w1 + (2 / this.rate) * (w2 - w1 * w1));
    return 2 * covariance - (w2 - w1 * w1);
  }

  /** n times the variance of the mean time in the system: each request's service bears on the waits after it. */
  get sojournVariance(): number {
    const [x1, x2, x3] = this.#service;
    const variance = x2 - x1 * x1;
    const covariance = this.#a * (2 * this.meanWait * variance + x3 - x1 * x2);
    return this.waitVariance + variance + 2 * covariance;
  }

  get #a(): number {
    return this.rate / (2 * (1 - this.rate * this.#service[0]));
  }
}
