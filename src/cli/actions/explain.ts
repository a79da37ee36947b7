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
import { renderLintJson } from '../../report/json.js';
import type { Scenario } from '../../scenario/index.js';
import type { ExplainFlags } from '../commands/explain.js';
import { namesScenario } from '../input-kind.js';
import { readManifests } from '../manifests-input.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { prepare } from '../prepare.js';
import { scenarioText } from '../scenario-text.js';
import { showDiagnostics } from '../show-diagnostics.js';
import { UsageError, unknownWord } from '../usage.js';

/** What is to be explained; `scenario` is null when manifests alone were given. */
interface Subject {
  readonly mesh: Mesh;
  readonly scenario: Scenario | null;
}

export function explain(flags: ExplainFlags, outside: Outside): ExitCode {
  const subject = subjectOf(flags, outside);
  if (subject === null) return EXIT.refused;
  const { mesh, scenario } = subject;
  const resolver = new MeshResolver(mesh);
  const isJson = flags.format === 'json';
  if (flags.host === undefined) {
    const explained = explainMesh(resolver, mesh);
    if (isJson) outside.out(json({ schema: 'drymesh.dev/explain/v1', scenario, mesh: explained }));
    else outside.out(`${scenario === null ? '' : `${scenarioText(scenario)}\n`}${renderExplainedMesh(explained)}`);
    return EXIT.done;
  }
  const caller = callerOf(mesh, flags.from);
  const { host, port } = hostAndPort(flags.host, resolver, caller);
  const explained = explainHost(resolver, mesh, caller, host, port);
  outside.out(isJson ? json({ schema: 'drymesh.dev/explain-host/v1', ...explained }) : renderExplainedHost(explained));
  return EXIT.done;
}

/** Null when it is refused, which is told. */
function subjectOf(flags: ExplainFlags, outside: Outside): Subject | null {
  const { subject, diagnostics, base } = loaded(flags, outside);
  if (subject !== null && !diagnostics.refuses) return subject;
  const found = diagnostics.sorted();
  showDiagnostics(found, { write: (text) => outside.err(text), cwd: outside.cwd, base, allInfos: false });
  if (flags.format === 'json') outside.out(renderLintJson({ diagnostics: found }));
  return null;
}

function loaded({ path, with: overlays = [], 'istio-version': istioVersion }: ExplainFlags, outside: Outside) {
  if (namesScenario(path, outside)) {
    const { blueprint, ...rest } = prepare({ scenario: path, manifests: null, overlays, settings: [] }, outside);
    return { ...rest, subject: blueprint && { mesh: blueprint.mesh, scenario: blueprint.scenario } };
  }
  const { mesh, diagnostics } = readManifests([path, ...overlays], istioVersion, outside);
  return { subject: { mesh, scenario: null }, diagnostics, base: outside.cwd };
}

function callerOf(mesh: Mesh, from: string | undefined): Workload {
  const { workloads } = mesh;
  if (from === undefined) {
    const first = workloads.find(({ proxy, role }) => proxy !== null && role === 'app') ?? workloads[0];
    if (first === undefined) throw new UsageError('there is no workload in these manifests');
    return first;
  }
  const found = workloads.find((workload) => workloadName(workload) === from);
  if (found === undefined) throw unknownWord('workload', from, workloads.map(workloadName));
  return found;
}

/** Without a port: the service's only or first one; 80 for what is no service. */
function hostAndPort(text: string, resolver: MeshResolver, caller: Workload): { host: string; port: number } {
  const bare = text.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
  const match = /^(.*):(\d{1,5})$/.exec(bare);
  if (match !== null) return { host: match[1]!, port: Number(match[2]) };
  const service = caller.role === 'gateway' ? null : resolver.service(caller.namespace, bare);
  return { host: bare, port: service?.ports[0]?.number ?? 80 };
}

/** Infinity has no number in JSON: limits that are not set are the text "unlimited". */
function json(value: unknown): string {
  return `${JSON.stringify(value, (_, each: unknown) => (each === Infinity ? 'unlimited' : each), 2)}\n`;
}
