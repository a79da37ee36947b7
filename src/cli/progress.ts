import type { Outside } from './outside.js';

const BAR_CELLS = 30;
const REDRAW_MS = 100;
const LINE_EVERY = 0.25;
const QUIET_MS = 2_000;

/** How far a run is: a bar with the time left on a terminal, else a line now and then. Silent when it is soon over. */
export class Progress {
  readonly #outside: Outside;
  readonly #startMs: number;
  #drawnMs = 0;
  #toldShare = 0;
  #isDrawn = false;

  constructor(outside: Outside) {
    this.#outside = outside;
    this.#startMs = outside.clockMs();
  }

  /** `share` from 0 to 1. */
  show(share: number): void {
    const nowMs = this.#outside.clockMs();
    const elapsedMs = nowMs - this.#startMs;
    if (this.#outside.stderrIsTerminal) {
      if (nowMs - this.#drawnMs < REDRAW_MS) return;
      this.#drawnMs = nowMs;
      const cells = Math.floor(share * BAR_CELLS);
      const bar = '#'.repeat(cells) + '.'.repeat(BAR_CELLS - cells);
      this.#outside.err(`\r[${bar}] ${percent(share)}  ${left(elapsedMs, share)}\u001b[K`);
      this.#isDrawn = true;
    } else if (share >= this.#toldShare + LINE_EVERY && elapsedMs > QUIET_MS) {
      this.#toldShare = share;
      this.#outside.err(`${percent(share)} done, ${left(elapsedMs, share)}\n`);
    }
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#isDrawn) this.#outside.err('\r\u001b[K');
  }
}

function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

function left(elapsedMs: number, share: number): string {
  if (share <= 0) return '';
  const seconds = Math.ceil((elapsedMs / share - elapsedMs) / 1000);
  return seconds >= 60 ? `about ${Math.ceil(seconds / 60)} min left` : `about ${seconds} s left`;
}
