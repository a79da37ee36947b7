import type { Diagnostic } from '../diagnostics/index.js';

/** Flags that stand for a setting of the scenario: `--seed 7` is `--set run.seed=7`. */
const STANDS_FOR = { seed: 'run.seed', replications: 'run.replications', duration: 'run.duration' } as const;

export type SettingFlags = Readonly<Record<keyof typeof STANDS_FOR, string | undefined>> & {
  readonly set: readonly string[] | undefined;
};

/** All that is set, and what gives findings about it back to the flag that was typed. */
export function settingsOf(flags: SettingFlags): {
  readonly settings: readonly string[];
  readonly atFlag: (diagnostic: Diagnostic) => Diagnostic;
} {
  const { set = [] } = flags;
  const given = (['seed', 'replications', 'duration'] as const).filter((flag) => flags[flag] !== undefined);
  const settings = [...set, ...given.map((flag) => `${STANDS_FOR[flag]}=${flags[flag]}`)];
  const atFlag = (diagnostic: Diagnostic) => {
    const flag = diagnostic.file === '--set' ? given[diagnostic.line - 1 - set.length] : undefined;
    return flag === undefined ? diagnostic : { ...diagnostic, file: `--${flag}`, line: 1 };
  };
  return { settings, atFlag };
}
