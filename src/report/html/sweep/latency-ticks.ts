import { logTicks } from '../charts/theme.js';

const LEAST = 3;

/** Ticks of a logarithmic axis: 1, 2 and 5 of each decade; where these are too few, even steps. */
export function latencyTicks(minMs: number, maxMs: number): number[] {
  const ticks = [...logTicks(minMs, maxMs)];
  if (ticks.length >= LEAST) return ticks;
  const rough = (maxMs - minMs) / 4;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * decade).find((each) => each >= rough)!;
  const first = Math.ceil(minMs / step);
  const count = Math.max(0, Math.floor(maxMs / step) - first + 1);
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
