import type { Simulation } from '../engine/index.js';

/**
 * The proxies that wait for a push. At most `throttle` pushes are under way at once, each takes `pushMs`, and a proxy has
 * one at a time: what comes for it meanwhile is merged, and goes out by one more push in its turn.
 * Source: Istio, pilot/pkg/xds/pushqueue.go and discovery.go, `doSendPushes`.
 */
export class PushQueue<Proxy> {
  readonly #sim: Simulation;
  readonly #pushMs: number;
  readonly #deliver: (proxy: Proxy) => void;
  readonly #waiting = new Set<Proxy>(); // first come, first served
  readonly #underWay = new Map<Proxy, boolean>(); // true: it is to get another
  readonly #idle: Sender<Proxy>[] = [];

  constructor(sim: Simulation, throttle: number, pushMs: number, deliver: (proxy: Proxy) => void) {
    this.#sim = sim;
    this.#pushMs = pushMs;
    this.#deliver = deliver;
    for (let n = 0; n < throttle; n++) this.#idle.push(new Sender(sim, (sender) => this.#sent(sender)));
  }

  add(proxy: Proxy): void {
    if (this.#underWay.has(proxy)) this.#underWay.set(proxy, true);
    else this.#waiting.add(proxy);
    this.#send();
  }

  #send(): void {
    const { queue, nowMs } = this.#sim;
    for (const proxy of this.#waiting) {
      const sender = this.#idle.pop();
      if (sender === undefined) return;
      this.#waiting.delete(proxy);
      this.#underWay.set(proxy, false);
      sender.proxy = proxy;
      queue.schedule(sender.event, nowMs + this.#pushMs);
    }
  }

  #sent(sender: Sender<Proxy>): void {
    const proxy = sender.proxy!;
    const isWanted = this.#underWay.get(proxy)!;
    this.#underWay.delete(proxy);
    if (isWanted) this.#waiting.add(proxy);
    sender.proxy = null;
    this.#idle.push(sender);
    this.#deliver(proxy);
    this.#send();
  }
}

/** One of the pushes that may be under way. */
class Sender<Proxy> {
  readonly event: number;
  proxy: Proxy | null = null;

  constructor(sim: Simulation, onSent: (sender: Sender<Proxy>) => void) {
    this.event = sim.event(onSent, this);
  }
}
