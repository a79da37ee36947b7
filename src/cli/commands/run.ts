import { type Command, type FlagsOf, format, TEXT, TEXTS } from '../command.js';

const OPTIONS = {
  manifests: { ...TEXTS, describe: "Files and folders instead of the scenario's own; - is stdin" },
  with: { ...TEXTS, describe: 'Files and folders applied over the manifests' },
  set: { ...TEXTS, nargs: 1, describe: 'PATH=VALUE, in the scenario or in a manifest' },
  seed: { ...TEXT, describe: 'Another seed' },
  replications: { ...TEXT, describe: 'Another number of replications' },
  duration: { ...TEXT, describe: 'Another duration, such as 10m' },
  precision: { ...TEXTS, nargs: 1, describe: 'METRIC=HALF: play replications until intervals are so narrow' },
  'max-replications': { ...TEXT, describe: 'At most so many under --precision; default 1000' },
  workers: { ...TEXT, describe: 'Threads that play replications; default as many as cores' },
  out: { ...TEXT, describe: 'Folder of the report; default reports/<scenario>/' },
  format: format('text', 'json', 'markdown'),
};

export type RunFlags = FlagsOf<typeof OPTIONS> & { readonly scenario: string };

export const RUN: Command = {
  name: 'run',
  usage: 'run <scenario>',
  summary: 'Play the traffic of a scenario through its mesh and report what happened',
  details: 'Exits with 0 when every objective held, 1 when one failed, 2 when the input is refused.',
  examples: [
    ['drymesh run scenarios/bookinfo', 'simulate, print the table, write the report'],
    ['drymesh run s.yaml --set traffic.shoppers.rate=500/s', 'with another load'],
    ['drymesh run s.yaml --set VirtualService/default/reviews:spec.http[0].timeout=1s', 'with another timeout'],
    ['drymesh run s.yaml --precision p99=1%,success=0.1pp', 'until the 95 % intervals are ±1 % and ±0.1 points'],
    ['drymesh run s.yaml --with change.yaml', 'with a change over its manifests'],
    ['kustomize build . | drymesh run s.yaml --manifests -', 'with manifests that another tool prints'],
  ],
  positionals: { scenario: { describe: 'File, or folder with a scenario.yaml' } },
  options: OPTIONS,
  async perform(flags, outside, typed) {
    const { run } = await import('../actions/run.js');
    return run(flags as unknown as RunFlags, outside, typed);
  },
};
