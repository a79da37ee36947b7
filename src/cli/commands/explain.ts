import { type Command, type FlagsOf, format, TEXT, TEXTS } from '../command.js';

const OPTIONS = {
  from: { ...TEXT, describe: 'Workload whose proxy is asked; default: the first that is in the mesh' },
  with: { ...TEXTS, describe: 'Files and folders applied over the manifests' },
  'istio-version': { ...TEXT, default: '1.31', describe: 'For manifests without a scenario' },
  format: format('text', 'json'),
};

export type ExplainFlags = FlagsOf<typeof OPTIONS> & { readonly path: string; readonly host?: string };

export const EXPLAIN: Command = {
  name: 'explain',
  usage: 'explain <path> [host]',
  summary: 'Show a mesh, or what a proxy does with a host: routes, policies and every default that acts',
  details: 'Of a scenario, also what it leaves out and the simulation assumes.',
  examples: [
    ['drymesh explain scenarios/bookinfo', 'services, workloads, who is in the mesh'],
    ['drymesh explain scenarios/bookinfo reviews --from productpage-v1', 'what productpage does with reviews'],
    ['drymesh explain k8s/ bookinfo.com --from istio-ingressgateway', 'what the gateway does with a host'],
    ["drymesh explain request 'GET http://reviews:9080/' scenarios/bookinfo", 'one request, rule by rule'],
  ],
  positionals: {
    path: { describe: 'A scenario, or manifests (file or folder; - is stdin)' },
    host: { describe: 'As in a URL: reviews, reviews.ns:9080, shop.example.com', optional: true },
  },
  options: OPTIONS,
  async perform(flags, outside) {
    const { explain } = await import('../actions/explain.js');
    return explain(flags as unknown as ExplainFlags, outside);
  },
};
