import type { Argv } from 'yargs';
import { Diagnostics } from '../../diagnostics/index.js';
import { translateManifests } from '../../manifests/index.js';
import {
  explainHost,
  explainMesh,
  type Mesh,
  MeshResolver,
  renderExplainedHost,
  renderExplainedMesh,
  type Workload,
  workloadName,
} from '../../mesh/index.js';
import { readSources } from '../../reading/files.node.js';
import { closest, readDocuments } from '../../reading/index.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { prepare } from '../prepare.js';
import { showDiagnostics } from '../show-diagnostics.js';
import { namesScenario, versionOf } from './lint.js';

export const EXPLAIN = 'explain <path> [host]';
export const EXPLAIN_HELP =
  'Show the mesh, or what a proxy does with a host: routes, policies and every default that acts';

export function explainOptions(args: Argv) {
  return args
    .usage(`$0 ${EXPLAIN}\n\n${EXPLAIN_HELP}.`)
    .positional('path', { type: 'string', demandOption: true, describe: 'A scenario, or manifests (file or folder)' })
    .positional('host', { type: 'string', describe: 'As in a URL: reviews, reviews.ns:9080, shop.example.com' })
    .option('from', {
      type: 'string',
      describe: 'Workload whose proxy is asked; default: the first that is in the mesh',
    })
    .option('with', {
      type: 'string',
      array: true,
      default: [],
      describe: 'Files and folders applied over the manifests',
    })
    .option('format', { choices: ['text', 'json'] as const, default: 'text' as const, describe: 'What stdout gets' })
    .example('$0 explain scenarios/bookinfo', 'services, workloads, who is in the mesh')
    .example('$0 explain scenarios/bookinfo reviews:9080 --from productpage-v1', 'what productpage does with reviews')
    .example('$0 explain k8s/ bookinfo.com --from istio-ingressgateway', 'what the gateway does with a host');
}

export type ExplainFlags = Awaited<ReturnType<typeof explainOptions>['argv']>;

export function explain(flags: ExplainFlags, outside: Outside): ExitCode {
  const { mesh, diagnostics } = meshOf(flags, outside);
  if (mesh === null) {
    showDiagnostics(outside, diagnostics.sorted(), false);
    return EXIT.refused;
  }
  const resolver = new MeshResolver(mesh);
  if (flags.host === undefined) {
    const explained = explainMesh(resolver, mesh);
    outside.out(flags.format === 'json' ? json(explained) : renderExplainedMesh(explained));
    return EXIT.done;
  }
  const caller = callerOf(mesh, flags.from, outside);
  if (caller === null) return EXIT.refused;
  const { host, port } = hostAndPort(flags.host, resolver, caller);
  const explained = explainHost(resolver, mesh, caller, host, port);
  outside.out(flags.format === 'json' ? json(explained) : renderExplainedHost(explained));
  return EXIT.done;
}

function meshOf(flags: ExplainFlags, outside: Outside): { mesh: Mesh | null; diagnostics: Diagnostics } {
  if (namesScenario(flags.path, outside)) {
    const flagsOfRun = { scenario: flags.path, manifests: null, overlays: flags.with, settings: [] };
    const { blueprint, diagnostics } = prepare(flagsOfRun, outside);
    return { mesh: blueprint?.mesh ?? null, diagnostics };
  }
  const diagnostics = new Diagnostics();
  const paths = [flags.path, ...flags.with];
  const sources = readSources(paths, { base: outside.cwd, stdin: () => outside.stdin() }, diagnostics);
  const documents = sources.flatMap((source) => readDocuments(source, diagnostics));
  const mesh = translateManifests(documents, { istioVersion: versionOf('1.31'), impliedGateways: {} }, diagnostics);
  return { mesh: diagnostics.refuses ? null : mesh, diagnostics };
}

function callerOf(mesh: Mesh, from: string | undefined, outside: Outside): Workload | null {
  const known = mesh.workloads.map(workloadName);
  if (from === undefined) {
    const first = mesh.workloads.find(({ proxy, role }) => proxy !== null && role === 'app') ?? mesh.workloads[0];
    if (first !== undefined) return first;
    outside.err('There is no workload in these manifests.\n');
    return null;
  }
  const found = mesh.workloads.find((workload) => workloadName(workload) === from);
  if (found !== undefined) return found;
  const guess = closest(from, known);
  outside.err(`There is no workload ${JSON.stringify(from)}${guess === null ? '' : `; did you mean ${guess}?`}\n`);
  return null;
}

/** Without a port: the service's only or first one; 80 for what is no service. */
function hostAndPort(text: string, resolver: MeshResolver, caller: Workload): { host: string; port: number } {
  const bare = text.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
  const match = /^(.*):(\d+)$/.exec(bare);
  if (match !== null) return { host: match[1]!, port: Number(match[2]) };
  const service = caller.role === 'gateway' ? null : resolver.service(caller.namespace, bare);
  return { host: bare, port: service?.ports[0]?.number ?? 80 };
}

/** Infinity has no number in JSON: limits that are not set are the text "unlimited". */
function json(value: unknown): string {
  return `${JSON.stringify(value, (_, each: unknown) => (each === Infinity ? 'unlimited' : each), 2)}\n`;
}
