import type { CausesMs } from '../analysis/index.js';

export interface Mechanism {
  readonly key: keyof CausesMs;
  readonly label: string;
  /** What a millisecond of it was spent on. */
  readonly meaning: string;
}

const MEANINGS: { readonly [Key in keyof CausesMs]: readonly [label: string, meaning: string] } = {
  service: ['service', 'the applications doing their work: CPU steps at full speed, and waits'],
  cpuWait: ['CPU wait', 'work slowed down because jobs share the CPU, or because a CPU limit throttles it'],
  workerQueue: ['worker queue', 'requests that wait for a free worker of the application'],
  proxyCpu: ['proxy CPU', 'sidecars and gateways working on the request, and the queue at their worker threads'],
  poolWait: ['pool wait', 'waiting for a connection of a connection pool'],
  network: ['network', 'crossings between pods, and opening connections'],
  retry: ['retry', 'attempts that failed and the back-off after them'],
  injected: ['injected', 'delays injected by fault policies and by the faults of the scenario'],
  timeoutWait: ['timeout wait', 'waiting in vain until a timeout ended it'],
};

/** The mechanisms that latency is made of, in the order of the report. */
export const MECHANISMS: readonly Mechanism[] = (Object.keys(MEANINGS) as (keyof CausesMs)[]).map((key) => ({
  key,
  label: MEANINGS[key][0],
  meaning: MEANINGS[key][1],
}));

/** The label of a mechanism's key; a key that is not known stays as it is. */
export function mechanismLabel(key: string): string {
  return MECHANISMS.find((mechanism) => mechanism.key === key)?.label ?? key;
}
