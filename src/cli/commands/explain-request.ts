import { type Command, type FlagsOf, format, TEXT, TEXTS } from '../command.js';

const OPTIONS = {
  from: { ...TEXT, describe: 'Workload that sends it; default: the first that is in the mesh' },
  header: { ...TEXTS, nargs: 1, alias: 'H', describe: "A header: 'end-user: jason'; can be repeated" },
  jwt: { ...TEXT, describe: `Its token: '{"issuer": "https://...", "claims": {...}}'` },
  'source-ip': { ...TEXT, describe: "Its client's address, for policies of a gateway" },
  with: { ...TEXTS, nargs: 1, describe: 'Files and folders applied over the manifests' },
  'istio-version': { ...TEXT, default: '1.31', describe: 'For manifests without a scenario' },
  format: format('text', 'json'),
};

export type ExplainRequestFlags = FlagsOf<typeof OPTIONS> & { readonly request: string; readonly path: string };

export const EXPLAIN_REQUEST: Command = {
  name: 'explain request',
  usage: 'explain request <request> [path]',
  summary: 'Walk one request through the proxy of its caller: which rule takes it, and why',
  details: 'Method and URL in one argument; the method is GET, or POST for grpc, if it is left out.',
  examples: [
    ["drymesh explain request 'GET http://reviews:9080/x' --from productpage-v1", 'with the manifests of this folder'],
    ["drymesh explain request http://reviews:9080/ k8s/ -H 'end-user: jason'", 'with a header'],
    ['drymesh explain request http://bookinfo.com/ k8s/ --from istio-ingressgateway', 'at the gateway'],
  ],
  positionals: {
    request: { describe: "'GET http://reviews:9080/path', or the URL alone" },
    path: { describe: 'A scenario, or manifests; default: this folder', optional: true },
  },
  options: OPTIONS,
  async perform(flags, outside) {
    const { explainRequestCommand } = await import('../actions/explain-request.js');
    return explainRequestCommand(flags as unknown as ExplainRequestFlags, outside);
  },
};
