import type { Warmup } from '../mesh/index.js';

/** What part of its weight an endpoint has that joined `ageMs` ago, 0..1. Source: Envoy, applySlowStartFactor. */
export function warmth({ windowMs, leastShare, aggression }: Warmup, ageMs: number): number {
  if (ageMs >= windowMs) return 1;
  const part = Math.max(1, ageMs) / windowMs;
  return Math.max(leastShare, aggression === 1 ? part : part ** (1 / aggression));
}
