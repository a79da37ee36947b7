import { type Command, type FlagsOf, format, TEXT } from '../command.js';

const OPTIONS = {
  'istio-version': { ...TEXT, default: '1.31', describe: 'For manifests without a scenario' },
  format: format('text', 'json'),
};

export type LintFlags = FlagsOf<typeof OPTIONS> & { readonly paths: readonly string[] };

export const LINT: Command = {
  name: 'lint',
  usage: 'lint <paths..>',
  summary: 'Tell what is wrong or surprising in scenarios and manifests',
  details: `A scenario is checked with its manifests. Manifests are checked together, as one cluster.
Exits with 1 when there is an error, 2 when the cluster itself would refuse it.`,
  examples: [
    ['drymesh lint k8s/', 'the manifests of a folder'],
    ['drymesh lint scenarios/bookinfo', 'a scenario and all that it names'],
    ['kustomize build . | drymesh lint -', 'what another tool prints'],
  ],
  positionals: { paths: { array: true, describe: 'Files and folders; - is stdin' } },
  options: OPTIONS,
  async perform(flags, outside) {
    const { lint } = await import('../actions/lint.js');
    return lint(flags as unknown as LintFlags, outside);
  },
};
