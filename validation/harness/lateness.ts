/** How late what was due came, ms. */
export interface Lateness {
  readonly meanMs: number;
  readonly p99Ms: number;
}

export function latenessOf(values: readonly number[]): Lateness {
  if (values.length === 0) return { meanMs: 0, p99Ms: 0 };
  const sorted = Float64Array.from(values).sort();
  const sum = sorted.reduce((total, value) => total + value, 0);
  return { meanMs: sum / sorted.length, p99Ms: quantile(sorted, 0.99) };
}

/** The value of rank ceil(q x count), as the model's histograms have it; of ascending values, at least one. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  return sorted[Math.max(1, Math.ceil(q * sorted.length - 1e-9)) - 1]!;
}
