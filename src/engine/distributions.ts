/** Milliseconds, as `scenario/` writes them. Parameters are positive and finite, or zero where that means something. */
export type DistributionSpec =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly p99Ms: number }
  | { readonly kind: 'lognormal-mean'; readonly meanMs: number; readonly cv: number }
  | { readonly kind: 'gamma'; readonly meanMs: number; readonly cv: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'pareto'; readonly minMs: number; readonly shape: number }
  | { readonly kind: 'empirical'; readonly valuesMs: readonly number[] }
  | { readonly kind: 'mixture'; readonly parts: readonly { readonly share: number; readonly of: DistributionSpec }[] };

/** A distribution by its quantile function: one number of (0, 1) gives one value, and a larger one never a smaller. */
export interface Sampler {
  /** The value in ms, or null when there is but one and nothing needs drawing. */
  readonly constantMs: number | null;
  quantileMs(u: number): number;
}

const Z99 = 2.3263478740408408; // the standard normal's 99 % quantile

/** Throws RangeError on an empty list or a parameter outside its range: the scenario's reader has checked them. */
export function sampler(spec: DistributionSpec): Sampler {
  switch (spec.kind) {
    case 'constant':
      return constant(spec.ms);
    case 'exponential':
      return spec.meanMs === 0 ? constant(0) : new Exponential(spec.meanMs);
    case 'lognormal':
      return new Lognormal(Math.log(spec.medianMs), Math.log(spec.p99Ms / spec.medianMs) / Z99);
    case 'lognormal-mean': {
      const variance = Math.log(1 + spec.cv * spec.cv);
      return new Lognormal(Math.log(spec.meanMs) - variance / 2, Math.sqrt(variance));
    }
    case 'gamma':
      return spec.cv === 0 ? constant(spec.meanMs) : new Gamma(spec.meanMs, spec.cv);
    case 'uniform':
      return new Uniform(spec.minMs, spec.maxMs);
    case 'pareto':
      return new Pareto(spec.minMs, spec.shape);
    case 'empirical':
      return new Empirical(spec.valuesMs);
    case 'mixture':
      return new Mixture(spec.parts);
  }
}

/** The exponential distribution's quantile for mean 1. */
export function unitExponential(u: number): number {
  return -Math.log(1 - u);
}

function constant(ms: number): Sampler {
  return { constantMs: ms, quantileMs: () => ms };
}

class Exponential implements Sampler {
  readonly constantMs = null;
  readonly #meanMs: number;

  constructor(meanMs: number) {
    this.#meanMs = meanMs;
  }

  quantileMs(u: number): number {
    return -this.#meanMs * Math.log(1 - u);
  }
}

class Lognormal implements Sampler {
  readonly constantMs = null;
  readonly #mu: number;
  readonly #sigma: number;

  constructor(mu: number, sigma: number) {
    this.#mu = mu;
    this.#sigma = sigma;
  }

  quantileMs(u: number): number {
    return Math.exp(this.#mu + this.#sigma * normalQuantile(u));
  }
}

class Uniform implements Sampler {
  readonly constantMs = null;
  readonly #minMs: number;
  readonly #widthMs: number;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#widthMs = maxMs - minMs;
  }

  quantileMs(u: number): number {
    return this.#minMs + u * this.#widthMs;
  }
}

class Pareto implements Sampler {
  readonly constantMs = null;
  readonly #minMs: number;
  readonly #shape: number;

  constructor(minMs: number, shape: number) {
    this.#minMs = minMs;
    this.#shape = shape;
  }

  quantileMs(u: number): number {
    return this.#minMs * (1 - u) ** (-1 / this.#shape);
  }
}

class Empirical implements Sampler {
  readonly constantMs: number | null;
  readonly #sortedMs: Float64Array;

  constructor(valuesMs: readonly number[]) {
    if (valuesMs.length === 0) throw new RangeError('an empirical distribution needs a value');
    this.#sortedMs = Float64Array.from(valuesMs).sort();
    this.constantMs = valuesMs.length === 1 ? valuesMs[0]! : null;
  }

  quantileMs(u: number): number {
    return this.#sortedMs[Math.floor(u * this.#sortedMs.length)]!;
  }
}

/** The draw chooses the part, and what it lies within the part's share is the part's own draw. */
class Mixture implements Sampler {
  readonly constantMs = null;
  readonly #parts: readonly { readonly from: number; readonly share: number; readonly of: Sampler }[];

  constructor(parts: readonly { readonly share: number; readonly of: DistributionSpec }[]) {
    let from = 0;
    this.#parts = parts.map(({ share, of }) => {
      const part = { from, share, of: sampler(of) };
      from += share;
      return part;
    });
  }

  quantileMs(u: number): number {
    const parts = this.#parts;
    let index = parts.length - 1;
    while (index > 0 && u < parts[index]!.from) index--;
    const { from, share, of } = parts[index]!;
    return of.quantileMs(Math.min(Math.max((u - from) / share, 2 ** -33), 1 - 2 ** -33));
  }
}

/** By inversion of the regularized incomplete gamma function; about 1 µs a draw. */
class Gamma implements Sampler {
  readonly constantMs = null;
  readonly #shape: number;
  readonly #scaleMs: number;
  readonly #logGamma: number;

  constructor(meanMs: number, cv: number) {
    this.#shape = 1 / (cv * cv);
    this.#scaleMs = meanMs * cv * cv;
    this.#logGamma = logGamma(this.#shape);
  }

  /** Newton's steps with Halley's correction from Wilson and Hilferty's start: Numerical Recipes, 3rd ed., 6.2.1. */
  quantileMs(u: number): number {
    const shape = this.#shape;
    let x = this.#start(u);
    for (let step = 0; step < 12 && x > 0; step++) {
      const error = lowerGamma(shape, x, this.#logGamma) - u;
      const density = Math.exp((shape - 1) * Math.log(x) - x - this.#logGamma);
      if (density === 0) break;
      const newton = error / density;
      const change = newton / (1 - 0.5 * Math.min(1, newton * ((shape - 1) / x - 1)));
      x = x - change <= 0 ? x / 2 : x - change;
      if (Math.abs(change) < 1e-9 * x) break;
    }
    return x * this.#scaleMs;
  }

  #start(u: number): number {
    const shape = this.#shape;
    if (shape > 1) {
      const root = 1 - 1 / (9 * shape) + normalQuantile(u) / (3 * Math.sqrt(shape));
      return Math.max(1e-3, shape * root * root * root);
    }
    const t = 1 - shape * (0.253 + shape * 0.12);
    return u < t ? (u / t) ** (1 / shape) : 1 - Math.log(1 - (u - t) / (1 - t));
  }
}

/** P(a, x), by series below a + 1 and by Lentz's continued fraction above. */
function lowerGamma(a: number, x: number, logGammaOfA: number): number {
  const factor = Math.exp(-x + a * Math.log(x) - logGammaOfA);
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = a + 1; Math.abs(term) > 1e-14 * Math.abs(sum); n++) {
      term *= x / n;
      sum += term;
    }
    return sum * factor;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 1000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b || 1e-300);
    c = b + an / c || 1e-300;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return 1 - h * factor;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0, after Lanczos with g = 7. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The standard normal's quantile to 16 digits: Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988). */
export function normalQuantile(u: number): number {
  const q = u - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(CENTRAL_TOP, r)) / horner(CENTRAL_BOTTOM, r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? u : 1 - u));
  const z =
    r <= 5
      ? horner(MIDDLE_TOP, r - 1.6) / horner(MIDDLE_BOTTOM, r - 1.6)
      : horner(TAIL_TOP, r - 5) / horner(TAIL_BOTTOM, r - 5);
  return q < 0 ? -z : z;
}

function horner(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i]!;
  return value;
}

const CENTRAL_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const CENTRAL_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
];
const MIDDLE_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const MIDDLE_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const TAIL_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const TAIL_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];
