import { InboundPool, type Pod } from '../dataplane/index.js';
import type { EffectiveInbound, EffectiveLimits } from '../mesh/index.js';

const PORTS = 65_536;

/**
 * What limits requests at a port of the pod in this version of the configuration; made at first use. A version that says
 * nothing new has the pool of one before, with whoever is in it.
 */
export function inboundPoolOf(
  pod: Pod,
  port: number,
  version: number,
  effective: () => EffectiveInbound | null,
): InboundPool | null {
  const key = version * PORTS + port;
  const known = pod.inbound.get(key);
  if (known !== undefined) return known;
  const limited = effective();
  const pool = limited === null ? null : (poolLike(limited, pod, port) ?? new InboundPool(limited, pod.proxy!.workers));
  pod.inbound.set(key, pool);
  return pool;
}

function poolLike({ limits, protocol }: EffectiveInbound, { inbound }: Pod, port: number): InboundPool | null {
  for (const [key, pool] of inbound) {
    if (key % PORTS !== port || pool === null) continue;
    if (pool.effective.protocol === protocol && isSame(pool.effective.limits, limits)) return pool;
  }
  return null;
}

function isSame(a: EffectiveLimits, b: EffectiveLimits): boolean {
  return (Object.keys(a) as (keyof EffectiveLimits)[]).every((name) => a[name] === b[name]);
}
