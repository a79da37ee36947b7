import type { StabilityDocument, Threshold } from '../../analysis/index.js';
import { canonicalJson, type KeyOrder } from '../canonical-json.js';
import { DIAGNOSTIC_ORDER } from '../key-order.js';

const THRESHOLD: KeyOrder<Threshold> = {
  estimate: 'value',
  ci95: 'value',
  recoversUpTo: 'value',
  failsFrom: 'value',
  searched: 'value',
  isOverload: 'value',
};

/** The keys of stability.json in their order. */
const ORDER: KeyOrder<StabilityDocument> = {
  schema: 'value',
  drymesh: { version: 'value' },
  scenario: { name: 'value' },
  seed: 'value',
  replications: 'value',
  complete: 'value',
  asWritten: { verdict: 'value', afterSeconds: 'value', reason: 'value' },
  sources: { name: 'value', kind: 'value', load: 'value' },
  faultSeconds: 'value',
  load: THRESHOLD,
  faultLength: THRESHOLD,
  loop: {
    edge: { source: 'value', destination: 'value' },
    mechanism: 'value',
    attemptsPerCall: 'value',
    callsGrowth: 'value',
    failing: 'value',
    settings: { file: 'value', line: 'value' },
  },
  probes: {
    axis: 'value',
    factor: 'value',
    verdict: 'value',
    afterSeconds: 'value',
    replications: { recovered: 'value', degraded: 'value', down: 'value', undecided: 'value' },
    isOverload: 'value',
  },
  diagnostics: DIAGNOSTIC_ORDER,
};

/** The bytes of stability.json. */
export function renderStabilityJson(document: StabilityDocument): string {
  return canonicalJson(document, ORDER);
}
