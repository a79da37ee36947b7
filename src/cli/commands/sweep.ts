import { type Command, type FlagsOf, format, TEXT, TEXTS } from '../command.js';

const OPTIONS = {
  vary: { ...TEXTS, nargs: 1, describe: 'PATH=VALUES, once for each setting that is varied' },
  manifests: { ...TEXTS, describe: "Files and folders instead of the scenario's own; - is stdin" },
  with: { ...TEXTS, describe: 'Files and folders applied over the manifests' },
  set: { ...TEXTS, nargs: 1, describe: 'PATH=VALUE, the same at every point' },
  seed: { ...TEXT, describe: 'Another seed, the same at every point' },
  replications: { ...TEXT, describe: 'Another number of replications of each point' },
  duration: { ...TEXT, describe: 'Another duration, such as 10m' },
  workers: { ...TEXT, describe: 'Threads that play replications; default as many as cores' },
  out: { ...TEXT, describe: 'Folder of the results; default reports/<scenario>-sweep/' },
  format: format('text', 'json', 'markdown'),
};

export type SweepFlags = FlagsOf<typeof OPTIONS> & { readonly scenario: string };

export const SWEEP: Command = {
  name: 'sweep',
  usage: 'sweep <scenario>',
  summary: 'Play a scenario at every point of a grid of settings and say which is best',
  details: `VALUES are a list 'a,b,c', each as YAML, or ranges: '1..10',
'100ms..500ms by 100ms', '50/s..200/s by 50/s' (ends and step in one unit).
PATHs are those of --set. All points play the same requests with the same
random numbers. Interrupted, the same command goes on where it was.
Exits with 0 when every objective holds at some point, 1 when at none,
2 when the input is refused.`,
  examples: [
    ["drymesh sweep s.yaml --vary 'traffic.shoppers.rate=50/s..400/s by 50/s'", 'how much load it carries'],
    [
      "drymesh sweep s.yaml --vary 'VirtualService/default/reviews:spec.http[0].timeout=100ms,250ms,1s'",
      'which timeout',
    ],
    [
      "drymesh sweep s.yaml --vary 'Deployment/default/web:spec.replicas=2..6' --vary 'workloads.web.workers=8,16,32'",
      'every combination of both',
    ],
  ],
  positionals: { scenario: { describe: 'File, or folder with a scenario.yaml' } },
  options: OPTIONS,
  async perform(flags, outside, typed) {
    const { sweep } = await import('../actions/sweep.js');
    return sweep(flags as unknown as SweepFlags, outside, typed);
  },
};
