import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { erlangC } from '../theory/erlang.js';

// What the bench compares with must be the same models: their mean times in the system are the closed forms'.

const MODELS = resolve(import.meta.dirname, '../../bench/reference/models.mjs');

/** Mean ms in an M/M/c: service, and what those who wait do. Kleinrock, Queueing Systems, vol. 1, 3.5. */
function meanMs(servers: number, perMs: number, serviceMs: number): number {
  const offered = perMs * serviceMs;
  return serviceMs * (1 + erlangC(offered, servers) / (servers - offered));
}

test.each([
  { model: 'mm1', customers: 2_000_000, closedForm: meanMs(1, 0.08, 10) },
  { model: 'mm4', customers: 1_000_000, closedForm: meanMs(4, 0.32, 10) },
])('$model in plain JavaScript', ({ model, customers, closedForm }) => {
  const said = execFileSync(process.execPath, [MODELS, model, String(customers)], { encoding: 'utf8' });
  expect((JSON.parse(said) as { meanMs: number }).meanMs / closedForm).toBeCloseTo(1, 1.7);
});
