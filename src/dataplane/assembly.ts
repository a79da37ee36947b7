import { AddressedRandom, type Key, RecordPool, Simulation, type Timer } from '../engine/index.js';
import { Breakdown } from '../telemetry/index.js';
import { Application } from './application.js';
import { Attempt, PER_TRY_TIMER } from './attempt.js';
import { Call, ROUTE_TIMER } from './call.js';
import { CallEnd } from './call-end.js';
import { onConnectionEvent } from './connecting.js';
import { Connection } from './connection-pool.js';
import type { Network } from './network.js';
import type { Plane } from './plane.js';
import { Reset } from './reset.js';
import { Router } from './router.js';
import { Server } from './server.js';
import { APP_TIMER, Strand } from './strand.js';
import { Upstream } from './upstream.js';

/** Puts the parts of a data plane together. `onOtherTimer` hears timers of kinds that are not the data plane's. */
export function assemblePlane(key: Key, network: Network, onOtherTimer: (timer: Timer) => void): Plane {
  const sim = new Simulation();
  const plane = { sim, random: new AddressedRandom(key), network, hops: 0, isObserving: false } as Writable<Plane>;
  const ending = new CallEnd(plane);
  const upstream = new Upstream(plane, ending);
  const router = new Router(plane, upstream, ending);
  const server = new Server(plane);
  const application = new Application(plane);
  const onCall = (call: Call) => router.onCallEvent(call);
  const onAttempt = (attempt: Attempt) => server.onAttemptEvent(attempt);
  const onStrand = (strand: Strand) => application.onStrandEvent(strand);
  const onReset = (reset: Reset) => server.onReset(reset);
  plane.router = router;
  plane.upstream = upstream;
  plane.ending = ending;
  plane.server = server;
  plane.application = application;
  plane.calls = new RecordPool(() => new Call(sim, onCall));
  plane.attempts = new RecordPool(() => new Attempt(sim, onAttempt));
  plane.strands = new RecordPool(() => new Strand(sim, application, onStrand));
  plane.connections = new RecordPool(() => new Connection(sim, onConnectionEvent));
  plane.resets = new RecordPool(() => new Reset(sim, onReset));
  plane.breakdowns = new RecordPool(() => new Breakdown());
  sim.hearTimers((timer) => {
    if (timer.kind === ROUTE_TIMER) router.onRouteTimeout(timer.owner as Call);
    else if (timer.kind === PER_TRY_TIMER) upstream.onTryTimeout(timer.owner as Attempt);
    else if (timer.kind === APP_TIMER) application.onTimeout(timer.owner as Strand);
    else onOtherTimer(timer);
  });
  return plane;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
