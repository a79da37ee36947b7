/** Everything a command may touch beside files: so that tests can run commands in their own process. */
export interface Outside {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether people look at it: colour, and a progress bar that moves. */
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  out(text: string): void;
  err(text: string): void;
  stdin(): string;
  /** Calls back at Ctrl-C; returns what takes that back. */
  onInterrupt(hear: () => void): () => void;
  /** Milliseconds that grow with real time. */
  clockMs(): number;
  peakMemoryBytes(): number;
  /** Threads that the machine runs at once. */
  readonly cores: number;
}

/** Exit codes of all commands. */
export const EXIT = { done: 0, failed: 1, refused: 2, defect: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
