import { Certificate } from './certificate.js';

/** What a node's ztunnel does for a request, on its way in or out. See `ProxyCost` of the scenario. */
export interface ZtunnelCost {
  /** CPU that it burns on one way of a request at one end, ms of one core. */
  readonly passCpuMs: number;
  /** How long that holds the request up. */
  readonly passMs: number;
}

/** Before a connection that a ztunnel opens is given up. Source: ztunnel, src/config.rs. */
export const ZTUNNEL_CONNECT_TIMEOUT_MS = 10_000;

/** The part of its node's ztunnel that works for one pod in ambient mode. */
export class Ztunnel {
  readonly cost: ZtunnelCost;
  /** Of the pod: each has one of its own. */
  readonly certificate = new Certificate();
  /** CPU used so far, ms of one core. */
  usedMs = 0;

  constructor(cost: ZtunnelCost) {
    this.cost = cost;
  }

  /** A request or its answer goes through; returns for how long. */
  pass(): number {
    this.usedMs += this.cost.passCpuMs;
    return this.cost.passMs;
  }
}

/** One way through the ztunnels of both ends, ms; null: none stands there. */
export function throughZtunnels(caller: Ztunnel | null, server: Ztunnel | null): number {
  return (caller === null ? 0 : caller.pass()) + (server === null ? 0 : server.pass());
}
