import { type Command, type FlagsOf, TEXT } from '../command.js';

const OPTIONS = {
  out: { ...TEXT, default: 'scenario.yaml', describe: 'File to write; - is stdout' },
  force: { type: 'boolean', default: false, describe: 'Overwrite the file' },
} as const;

export type InitFlags = FlagsOf<typeof OPTIONS> & { readonly paths: readonly string[] };

export const INIT: Command = {
  name: 'init',
  usage: 'init <paths..>',
  summary: 'Write a first scenario for your manifests, with every guess marked',
  details: 'What manifests do not say (how long services work, whom they call, who calls them) is for you to fill in.',
  examples: [
    ['drymesh init k8s/', 'writes scenario.yaml'],
    ['drymesh init k8s/ --out sim/scenario.yaml', 'writes it elsewhere'],
    ['drymesh init k8s/ && drymesh run scenario.yaml', 'from manifests to a report'],
  ],
  positionals: { paths: { array: true, describe: 'Files and folders of manifests; - is stdin' } },
  options: OPTIONS,
  async perform(flags, outside) {
    const { init } = await import('../actions/init.js');
    return init(flags as unknown as InitFlags, outside);
  },
};
