/** What a pod's proxy or ztunnel shows: new connections over mutual TLS need a valid one at both ends. */
export class Certificate {
  /** That let it expire. */
  faults = 0;

  get isExpired(): boolean {
    return this.faults > 0;
  }
}
