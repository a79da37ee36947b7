import type { AddressedRandom, RecordPool, Simulation } from '../engine/index.js';
import type { Breakdown } from '../telemetry/index.js';
import type { Application } from './application.js';
import type { Attempt } from './attempt.js';
import type { Call } from './call.js';
import type { CallEnd } from './call-end.js';
import type { Connection } from './connection-pool.js';
import type { Network } from './network.js';
import type { Reset } from './reset.js';
import type { Router } from './router.js';
import type { Server } from './server.js';
import type { Strand } from './strand.js';
import type { Upstream } from './upstream.js';

/** The parts of the data plane, each known to the others through here, and the records that they pass on. */
export interface Plane {
  readonly sim: Simulation;
  readonly random: AddressedRandom;
  readonly network: Network;
  readonly router: Router;
  readonly upstream: Upstream;
  readonly ending: CallEnd;
  readonly server: Server;
  readonly application: Application;
  readonly calls: RecordPool<Call>;
  readonly attempts: RecordPool<Attempt>;
  readonly strands: RecordPool<Strand>;
  readonly connections: RecordPool<Connection>;
  readonly resets: RecordPool<Reset>;
  readonly breakdowns: RecordPool<Breakdown>;
  /** Attempts so far. */
  hops: number;
  /** Within [0, duration). */
  isObserving: boolean;
}

/** An empty one. */
export function takeBreakdown({ breakdowns }: Plane): Breakdown {
  const breakdown = breakdowns.take();
  breakdown.clear();
  return breakdown;
}
