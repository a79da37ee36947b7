import type { Mesh } from '../../src/mesh/index.js';
import { terminationMs, workloadName } from '../../src/mesh/index.js';
import {
  type Fault,
  type Scenario,
  type Step,
  stepsIn,
  type Target,
  type TrafficSource,
} from '../../src/scenario/index.js';
import { targetsOf } from './layout.js';

/** What a case asks for that the bench does not play, in words with the way out; empty: it can be played. */
export function whatCannotBePlayed(scenario: Scenario, mesh: Mesh): readonly string[] {
  const { behaviours, faults, traffic, platform } = scenario;
  const unproxied = new Set(mesh.workloads.filter(({ proxy }) => proxy === null).map(workloadName));
  const problems = [
    ...traffic.flatMap(ofSource),
    ...behaviours.flatMap(({ name, endpoints }) =>
      (endpoints ?? []).flatMap(({ steps, status, errors }) => [
        ...ofSteps(name, steps),
        ...[status, ...errors.map(({ outcome }) => outcome)]
          .filter(({ kind }) => kind === 'grpc')
          .map(() => `${name} answers gRPC: write HTTP statuses`),
      ]),
    ),
    ...faults.flatMap((fault) => ofFault(fault, unproxied, platform.endpointDelayMs, scenario.run)),
    ...faults.flatMap((fault) => ofDrain(fault, scenario, mesh, unproxied)),
  ];
  if (mesh.workloads.some(({ ambient }) => ambient)) problems.push('ambient mode: sidecars and gateways are played');
  return [...new Set(problems)];
}

function ofSource({ name, load, requests, zone }: TrafficSource): readonly string[] {
  const problems = requests.flatMap(({ to }) => ofTarget(name, to));
  if (load.kind === 'closed') problems.push(`${name} is a closed load: write rate, stages or replay`);
  if (requests.some(({ token }) => token !== null)) problems.push(`${name} sends tokens: nobody signs them`);
  if (requests.some(({ sourceIp }) => sourceIp !== null)) problems.push(`${name}: sourceIp is not played`);
  if (zone !== null) problems.push(`${name} stands in a zone: there is no distance on one machine`);
  return problems;
}

function ofTarget(name: string, { scheme, url }: Target): readonly string[] {
  return scheme === 'http' ? [] : [`${name} calls ${url}: http is played`];
}

function ofSteps(name: string, steps: readonly Step[]): readonly string[] {
  const problems = targetsOf(steps).flatMap((target) => ofTarget(name, target));
  if (stepsIn(steps).some(({ kind }) => kind === 'cpu')) problems.push(`${name} burns CPU: write wait instead of cpu`);
  return problems;
}

function ofFault(
  { action, label }: Fault,
  unproxied: ReadonlySet<string>,
  endpointDelayMs: number,
  { warmupMs, durationMs, drainMs }: Scenario['run'],
): readonly string[] {
  switch (action.kind) {
    case 'errors':
      return action.outcome.kind === 'grpc' ? [`${label}: gRPC is not played`] : [];
    case 'slow-workload':
      return [];
    case 'crash': {
      const problems = [];
      if (!unproxied.has(action.workload)) problems.push(`${label}: only pods without a sidecar crash`);
      if (endpointDelayMs < warmupMs + durationMs + drainMs)
        problems.push(`${label}: endpoints stay as they are: write platform.endpointDelay: 1h`);
      return problems;
    }
    case 'drain':
      return [];
    default:
      return [`${label}: errors, slow (a workload), crash and drain are played`];
  }
}

/** Pods that leave and come back are those whom proxies are told of: nothing happens to the pods themselves. */
function ofDrain(
  { action, label, forMs }: Fault,
  { traffic, behaviours }: Scenario,
  mesh: Mesh,
  unproxied: ReadonlySet<string>,
): readonly string[] {
  if (action.kind !== 'drain') return [];
  const drained = mesh.workloads.find((each) => workloadName(each) === action.workload);
  const graceMs = drained === undefined ? 0 : terminationMs(drained, mesh.settings);
  const calling = behaviours.filter(({ endpoints }) =>
    (endpoints ?? []).some(({ steps }) => targetsOf(steps).length > 0),
  );
  const isDeaf =
    traffic.some(({ from }) => from.kind === 'outside' || unproxied.has(from.name)) ||
    calling.some(({ name }) => unproxied.has(name));
  return [
    ...(forMs < graceMs ? [] : [`${label}: its pods would be killed: write a 'for' below their grace period`]),
    ...(isDeaf ? [`${label}: callers without a proxy hear of nothing: give them sidecars`] : []),
  ];
}
