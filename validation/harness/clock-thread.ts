import { parentPort, workerData } from 'node:worker_threads';
import { monotonicMs } from './clock.js';

/** Sleeps to the microsecond, and rings: see `Clock`. A sleep ends some 50 µs late, so the last of it is spent awake. */
const AWAKE_MS = 0.06;

const dueAt = new Float64Array(workerData as SharedArrayBuffer, 0, 1);
const turns = new Int32Array(workerData as SharedArrayBuffer, 8, 1);

for (;;) {
  const turn = Atomics.load(turns, 0);
  const leftMs = dueAt[0]! - monotonicMs();
  if (leftMs > AWAKE_MS) Atomics.wait(turns, 0, turn, leftMs === Infinity ? undefined : leftMs - AWAKE_MS);
  else {
    while (dueAt[0]! > monotonicMs() && Atomics.load(turns, 0) === turn);
    if (Atomics.load(turns, 0) !== turn) continue;
    parentPort!.postMessage(0);
    Atomics.wait(turns, 0, turn);
  }
}
