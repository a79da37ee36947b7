import {
  explainHost,
  explainMesh,
  MeshResolver,
  renderExplainedHost,
  renderExplainedMesh,
  type Workload,
} from '../../mesh/index.js';
import type { ExplainFlags } from '../commands/explain.js';
import { callerOf, json, subjectOf } from '../explained-subject.js';
import { EXIT, type ExitCode, type Outside } from '../outside.js';
import { scenarioText } from '../scenario-text.js';

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

/** Without a port: the service's only or first one; 80 for what is no service. */
function hostAndPort(text: string, resolver: MeshResolver, caller: Workload): { host: string; port: number } {
  const bare = text.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
  const match = /^(.*):(\d{1,5})$/.exec(bare);
  if (match !== null) return { host: match[1]!, port: Number(match[2]) };
  const service = caller.role === 'gateway' ? null : resolver.service(caller.namespace, bare);
  return { host: bare, port: service?.ports[0]?.number ?? 80 };
}
