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

// These are written out: V8 checks kind and length of an array anew on every turn of a loop.

export function clearVector(vector: Vector): void {
  vector[0] = 0;
  vector[1] = 0;
  vector[2] = 0;
  vector[3] = 0;
  vector[4] = 0;
  vector[5] = 0;
  vector[6] = 0;
  vector[7] = 0;
  vector[8] = 0;
}

export function addVector(to: Vector, from: Vector): void {
  addVectorAt(to, 0, from);
}

/** Adds to the vector that begins at `at` in `to`. */
export function addVectorAt(to: Vector, at: number, from: Vector): void {
  to[at]! += from[0]!;
  to[at + 1]! += from[1]!;
  to[at + 2]! += from[2]!;
  to[at + 3]! += from[3]!;
  to[at + 4]! += from[4]!;
  to[at + 5]! += from[5]!;
  to[at + 6]! += from[6]!;
  to[at + 7]! += from[7]!;
  to[at + 8]! += from[8]!;
}
