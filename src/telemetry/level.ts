/** A number that changes in steps (a queue's length, busy workers), and its mean over the time that is observed. */
export class Level {
  now = 0;
  max = 0;
  #areaMs = 0;
  #changedMs = 0;

  change(by: number, nowMs: number): void {
    this.#areaMs += this.now * (nowMs - this.#changedMs);
    this.#changedMs = nowMs;
    this.now += by;
    if (this.now > this.max) this.max = this.now;
  }

  /** Forgets what was: observation begins. */
  restart(nowMs: number): void {
    this.change(0, nowMs);
    this.#areaMs = 0;
    this.max = this.now;
  }

  /** Its time integral since `restart`, in units x ms. */
  areaMs(nowMs: number): number {
    return this.#areaMs + this.now * (nowMs - this.#changedMs);
  }
}
