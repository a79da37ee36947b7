import {
  type Disturbance,
  type Fault,
  loadAt,
  type Scenario,
  steadyLoad,
  type TrafficSource,
} from '../../scenario/index.js';
import type { Loaded } from '../../world/index.js';

/** What is changed of a scenario: factors. */
export interface Variation {
  readonly load: number;
  readonly faultLength: number;
  /** Of the time that is played after the faults. */
  readonly patience: number;
}

/** The former state is looked at for so long, */
const BEFORE_MS = 20_000;
/** and what comes after the faults for as long as they last, within these bounds. */
const LEAST_AFTER_MS = 60_000;
const MOST_AFTER_MS = 120_000;

/**
 * The same mesh under a steady load and stretched faults, for as long as it takes to judge: each source sends what it sends
 * as the first fault begins, times `load`; each fault is `faultLength` times as long, and as far from the first. What has
 * changed for good by then is so from the beginning; what does after the last fault is left out.
 */
export function variantOf(loaded: Loaded, disturbance: Disturbance, variation: Variation): Loaded {
  const { scenario, pushes } = loaded;
  const { firstMs, lastMs } = disturbance;
  const { load, faultLength, patience } = variation;
  const timeOf = (atMs: number) => (atMs < firstMs ? 0 : BEFORE_MS + (atMs - firstMs) * faultLength);
  const stretched = (fault: Fault): Fault => {
    const ends = fault.atMs + fault.forMs <= lastMs;
    return { ...fault, atMs: timeOf(fault.atMs), forMs: ends ? fault.forMs * faultLength : Infinity };
  };
  const lengthMs = (lastMs - firstMs) * faultLength;
  const afterMs = Math.min(Math.max(LEAST_AFTER_MS, lengthMs), MOST_AFTER_MS) + startMs(scenario);
  const varied: Scenario = {
    ...scenario,
    faults: scenario.faults.filter(({ atMs }) => atMs <= lastMs).map(stretched),
    traffic: scenario.traffic.map((source) => underLoad(source, firstMs, load)),
    run: { ...scenario.run, durationMs: BEFORE_MS + lengthMs + afterMs * patience },
  };
  const changes = pushes.changes.filter(({ atMs }) => atMs <= lastMs);
  return {
    ...loaded,
    scenario: varied,
    pushes: { ...pushes, changes: changes.map((change) => ({ ...change, atMs: timeOf(change.atMs) })) },
  };
}

function underLoad(source: TrafficSource, atMs: number, factor: number): TrafficSource {
  const { load } = source;
  if (load.kind === 'replay') return source;
  return { ...source, load: steadyLoad(load, factor * loadAt(load, atMs)!) };
}

/** Until pods that come back when a fault ends are in use again. */
function startMs({ behaviours, platform }: Scenario): number {
  return Math.max(0, ...behaviours.map(({ startupMs }) => startupMs)) + platform.endpointDelayMs;
}
