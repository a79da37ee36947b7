import { type Command, type FlagsOf, format, TEXT, TEXTS } from '../command.js';

const OPTIONS = {
  with: { ...TEXTS, describe: 'Files and folders applied over the manifests' },
  set: { ...TEXTS, nargs: 1, describe: 'PATH=VALUE, in the scenario or in a manifest' },
  seed: { ...TEXT, describe: 'Another seed' },
  replications: { ...TEXT, describe: 'Another number of replications of each probe' },
  workers: { ...TEXT, describe: 'Threads that play replications; default as many as cores' },
  out: { ...TEXT, describe: 'Folder of stability.json; default reports/<scenario>/' },
  format: format('text', 'json'),
};

export type StabilityFlags = FlagsOf<typeof OPTIONS> & { readonly scenario: string };

export const STABILITY: Command = {
  name: 'stability',
  usage: 'stability <scenario>',
  summary: 'Find the load and the length of faults from which on a mesh does not recover',
  details: `Plays the faults of the scenario that end, under less and more load, shorter and longer.
Exits with 0 when the mesh recovers from them as written, 1 when it does not,
2 when the input is refused.`,
  examples: [
    ['drymesh stability scenarios/retry-storm', 'where it no longer recovers, and what keeps it down'],
    ['drymesh stability s.yaml --with retry-budget.yaml', 'with a change over its manifests'],
    ['drymesh stability s.yaml --replications 10', 'with more replications of each probe'],
  ],
  positionals: { scenario: { describe: 'File, or folder with a scenario.yaml' } },
  options: OPTIONS,
  async perform(flags, outside, typed) {
    const { stability } = await import('../actions/stability.js');
    return stability(flags as unknown as StabilityFlags, outside, typed);
  },
};
