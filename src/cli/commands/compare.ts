import { type Command, type FlagsOf, format, TEXT, TEXTS } from '../command.js';

const OPTIONS = {
  with: { ...TEXTS, describe: 'Files and folders applied over the manifests, as kubectl apply would' },
  without: { ...TEXTS, nargs: 1, describe: 'KIND/NAMESPACE/NAME: without this resource' },
  set: { ...TEXTS, nargs: 1, describe: 'PATH=VALUE, in the scenario or in a manifest' },
  manifests: { ...TEXTS, describe: "Files and folders instead of the scenario's own; - is stdin" },
  git: { ...TEXT, describe: 'The base: the manifests as they were at this commit, branch or tag' },
  'fail-on': { ...TEXTS, nargs: 1, describe: 'Bounds of differences: exit with 1 when one is crossed' },
  strict: { type: 'boolean', describe: 'Exit with 1 when a bound stays undecided, too' },
  precision: { ...TEXTS, nargs: 1, describe: 'METRIC=HALF: until intervals of differences are so narrow' },
  'max-replications': { ...TEXT, describe: 'At most so many under --fail-on and --precision; default 100' },
  attribute: { type: 'boolean', describe: 'Try each of several changes alone, and all others without it' },
  seed: { ...TEXT, describe: 'Another seed, for both' },
  replications: { ...TEXT, describe: 'Another number of replications of each; at least 10 by default' },
  duration: { ...TEXT, describe: 'Another duration, such as 10m, for both' },
  workers: { ...TEXT, describe: 'Threads that play replications; default as many as cores' },
  out: { ...TEXT, describe: 'Folder of the report; default reports/<scenario>-compare/' },
  format: format('text', 'json', 'markdown', 'junit', 'sarif'),
} as const;

export type CompareFlags = FlagsOf<typeof OPTIONS> & { readonly base: string; readonly candidate?: string | undefined };

export const COMPARE: Command = {
  name: 'compare',
  usage: 'compare <base> [candidate]',
  summary: 'Tell what a change does to latency, errors, load and cost, how sure that is, and which line does it',
  details: `Two scenarios, or one and what changes in it. Both play the same requests with the same random numbers.
Bounds: 'p99 > +10%, success < -0.1pp, readers.p50 > +5ms, cost > +5%, load.ratings > +20%'.
Exits with 1 when a bound is crossed or an objective of the candidate failed, 2 when input is refused.`,
  examples: [
    ['drymesh compare s.yaml --with change.yaml', 'what a change over the manifests does'],
    ['drymesh compare s.yaml --git main', 'the manifests as they lie here, against those of main'],
    [`drymesh compare s.yaml --git main --fail-on 'p99 > +10%, success < -0.1pp'`, 'in a pull request'],
    ['drymesh compare s.yaml --set VirtualService/default/reviews:spec.http[0].timeout=1s', 'another timeout'],
    ['drymesh compare s.yaml --without DestinationRule/default/reviews', 'without a resource'],
    ['drymesh compare before.yaml after.yaml --precision p99=2%', 'two scenarios, until p99 is known so well'],
  ],
  positionals: {
    base: { describe: 'Scenario: file, or folder with a scenario.yaml' },
    candidate: { describe: 'Another scenario; default the same, with what changes', optional: true },
  },
  options: OPTIONS,
  async perform(flags, outside, typed) {
    const { compare } = await import('../actions/compare.js');
    return compare(flags as unknown as CompareFlags, outside, typed);
  },
};
