import { type Command, type FlagsOf, format, TEXT, TEXTS } from '../command.js';

const OPTIONS = {
  proxy: { ...TEXT, describe: 'Workload whose proxy it is; default: the first that is in the mesh' },
  pod: { ...TEXT, default: '0', describe: 'Which of its pods, from 0' },
  with: { ...TEXTS, nargs: 1, describe: 'Files and folders applied over the manifests' },
  'istio-version': { ...TEXT, default: '1.31', describe: 'For manifests without a scenario' },
  certificates: { ...TEXT, describe: 'Folder of certificates: proxies speak TLS, and what it lacks is made' },
  format: format('yaml', 'json'),
};

export type ExportFlags = FlagsOf<typeof OPTIONS> & { readonly what: string; readonly path: string };

export const EXPORT: Command = {
  name: 'export',
  usage: 'export <what> [path]',
  summary: 'Print the configuration of one proxy as a stock Envoy takes it',
  details: `Every pod has loopback addresses of its own, so that the exported proxies of
several pods find each other on one machine: applications from 127.0.1.0 on,
what comes to their proxies from 127.64.1.0, what they send (and Envoy's
administration, port 15000) from 127.128.1.0. What the proxy would do and this
configuration does not is told on stderr.

Connections are plaintext unless --certificates names a folder: then the proxy
shows WORKLOAD.pem (NAMESPACE.WORKLOAD.pem outside of default), a gateway's
server the .pem of its credentialName, each with its -key.pem, and all trust
ca.pem. What is not there is made, for tests, by an authority of its own.
Policies that ask who calls are enforced then alone.`,
  examples: [
    ['drymesh export envoy scenarios/bookinfo --proxy reviews-v1 > reviews.yaml', 'one proxy of a scenario'],
    ['envoy --mode validate -c reviews.yaml', 'Envoy takes it'],
    ['drymesh export envoy k8s/ --proxy cart --certificates certs', 'one that speaks mutual TLS'],
    ['drymesh export envoy k8s/ --proxy istio-ingressgateway', 'a gateway, from manifests alone'],
  ],
  positionals: {
    what: { describe: 'envoy: a bootstrap with static listeners and clusters' },
    path: { describe: 'A scenario, or manifests; default: this folder', optional: true },
  },
  options: OPTIONS,
  async perform(flags, outside) {
    const { exportCommand } = await import('../actions/export.js');
    return exportCommand(flags as unknown as ExportFlags, outside);
  },
};
