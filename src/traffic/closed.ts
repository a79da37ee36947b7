/** A user of a closed source. */
export interface User {
  readonly index: number;
  readonly event: number;
  iteration: number;
  /** Thinks or waits for an answer; else it has left. */
  active: boolean;
}
