export interface UserStage {
  readonly durationMs: number;
  readonly fromUsers: number;
  readonly toUsers: number;
}

/** How many users a closed source wants at each time; between whole numbers, the nearest. */
export class UserProfile {
  readonly #stages: readonly UserStage[];
  readonly #warmupMs: number;

  /** `stages` begin at `warmupMs`; before, the first one's start holds; after, the last one's end. */
  constructor(stages: readonly UserStage[], warmupMs: number) {
    this.#stages = stages;
    this.#warmupMs = warmupMs;
  }

  usersAt(nowMs: number): number {
    let leftMs = nowMs - this.#warmupMs;
    if (leftMs < 0) return Math.round(this.#stages[0]!.fromUsers);
    for (const { durationMs, fromUsers, toUsers } of this.#stages) {
      if (leftMs < durationMs) return Math.round(fromUsers + ((toUsers - fromUsers) * leftMs) / durationMs);
      leftMs -= durationMs;
    }
    return Math.round(this.#stages[this.#stages.length - 1]!.toUsers);
  }

  get most(): number {
    return Math.ceil(Math.max(...this.#stages.flatMap(({ fromUsers, toUsers }) => [fromUsers, toUsers])));
  }

  /** The next time after `nowMs` at which a user more or less is wanted; Infinity: never. */
  nextChangeMs(nowMs: number): number {
    let startMs = this.#warmupMs;
    const present = this.usersAt(nowMs);
    for (const { durationMs, fromUsers, toUsers } of this.#stages) {
      if (Math.round(fromUsers) !== present && startMs > nowMs) return startMs;
      if (nowMs < startMs + durationMs && fromUsers !== toUsers) {
        const perMs = (toUsers - fromUsers) / durationMs;
        const goal = perMs > 0 ? present + 0.5 : present - 0.5;
        const changeMs = startMs + (goal - fromUsers) / perMs;
        if (changeMs > nowMs && changeMs < startMs + durationMs) return changeMs + 1e-6;
      }
      startMs += durationMs;
    }
    const isLast = Math.round(this.#stages[this.#stages.length - 1]!.toUsers) === present;
    return !isLast && startMs > nowMs ? startMs : Infinity;
  }
}
