/**
 * Where a request's time goes. A vector of milliseconds, one number for each mechanism in this order, is carried along
 * the critical path of every call.
 */
export const MECHANISMS = [
  'service', // the application's own work and waits
  'cpuWait', // more than that, for want of CPU
  'workerQueue', // for a worker of the application
  'proxyCpu', // in and before a proxy's worker thread
  'poolWait', // for a connection that others hold or wait for
  'network', // on the way, connecting included
  'retry', // attempts that failed and the back-off after them
  'injected', // by a fault
  'timeoutWait', // for an answer that did not come in time
] as const;

export type Mechanism = (typeof MECHANISMS)[number];

export const SERVICE = 0;
export const CPU_WAIT = 1;
export const WORKER_QUEUE = 2;
export const PROXY_CPU = 3;
export const POOL_WAIT = 4;
export const NETWORK = 5;
export const RETRY = 6;
export const INJECTED = 7;
export const TIMEOUT_WAIT = 8;

/** Milliseconds by mechanism. */
export type Vector = Float64Array;

const WIDTH = MECHANISMS.length;

export function newVector(): Vector {
  return new Float64Array(WIDTH);
}

/** Cheaper than `fill`, which is a call into the engine. */
export function clearVector(vector: Vector): void {
  for (let i = 0; i < WIDTH; i++) vector[i] = 0;
}

export function addVector(to: Vector, from: Vector): void {
  for (let i = 0; i < WIDTH; i++) to[i]! += from[i]!;
}
