import { spawnSync } from 'node:child_process';

const [SCHEDULER, ...BEFORE_OTHERS] = ['chrt', '--rr', '10'] as const;

/** Whether what is measured can go before the machine's other work: real-time scheduling, where Linux lets us. */
export const IS_REAL_TIME = spawnSync(SCHEDULER, [...BEFORE_OTHERS, 'true']).status === 0;

/** The command and its arguments, ahead of the machine's other work where that can be. */
export function ahead(command: string, args: readonly string[]): { readonly command: string; readonly args: string[] } {
  return IS_REAL_TIME
    ? { command: SCHEDULER, args: [...BEFORE_OTHERS, command, ...args] }
    : { command, args: [...args] };
}
