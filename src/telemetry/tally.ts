/** How often each number came. */
export class Tally {
  readonly counts = new Map<number, number>();

  add(key: number, times = 1): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + times);
  }

  merge(other: Tally): void {
    for (const [key, times] of other.counts) this.add(key, times);
  }
}
