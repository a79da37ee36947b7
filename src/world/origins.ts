import type { Plan } from '../dataplane/index.js';
import type { Place } from '../mesh/index.js';
import { type Behaviour, type CallStep, type FaultAction, stepsIn } from '../scenario/index.js';
import type { Blueprint } from './blueprint.js';
import type { FieldPlaces } from './field-places.js';
import { settingInManifests } from './settings-in-manifests.js';
import type { World } from './world.js';

/** What is looked through for settings. Every call that can be made is planned in `world`. */
export interface Written {
  readonly world: World;
  readonly blueprint: Blueprint;
  readonly fields: FieldPlaces;
}

/** On what a setting has an effect. */
export interface SettledEdge {
  readonly source: string;
  readonly destination: string;
  /** Where the calls end that are asked about; null: wherever. */
  readonly workload: string | null;
}

/**
 * Where the setting stands that has an effect on an edge: of a mechanism of latency, a response flag or code, a reason for
 * calls (`retry`, `calls`, `mirror`), or a counter of Envoy. Null: nobody wrote it, or nothing says which it is.
 */
export function settingOf(written: Written, edge: SettledEdge, effect: string): Place | null {
  const { world, blueprint, fields } = written;
  const inManifests = settingInManifests(plansOf(world, blueprint, edge), fields, effect);
  return inManifests ?? settingInScenario(written, edge, effect);
}

function settingInScenario({ world, blueprint }: Written, edge: SettledEdge, effect: string): Place | null {
  switch (effect) {
    case 'service':
    case 'cpuWait':
    case 'workerQueue':
      return behaviourOf(blueprint, edge)?.place ?? null;
    case 'injected':
    case 'DI':
      return faultOf(blueprint, edge, 'slow-workload');
    case 'retry':
    case 'retries':
    case 'attempts':
      return callStep(world, blueprint, edge, ({ retries }) => retries > 0);
    case 'timeoutWait':
    case 'UT':
      return callStep(world, blueprint, edge, ({ timeoutMs }) => timeoutMs !== null);
    default:
      return /^(?:[45]\d\d|grpc:\d+)$/.test(effect) ? failureOf(blueprint, edge) : null;
  }
}

/** Where the application says that it fails, or a fault makes it. */
function failureOf(blueprint: Blueprint, edge: SettledEdge): Place | null {
  const endpoints = behaviourOf(blueprint, edge)?.endpoints ?? [];
  const failing = endpoints.find(({ errors, everyNthFails }) => errors.length > 0 || everyNthFails !== null);
  return failing?.place ?? faultOf(blueprint, edge, 'errors');
}

function behaviourOf({ byName, stations }: Blueprint, { destination, workload }: SettledEdge): Behaviour | null {
  const own = workload === null ? null : (byName.get(workload)?.behaviour ?? null);
  return (
    own ?? stations.find(({ service, behaviour }) => service === destination && behaviour !== null)?.behaviour ?? null
  );
}

/** A fault of the scenario that strikes who answers. */
function faultOf(
  { scenario, byName }: Blueprint,
  { destination, workload }: SettledEdge,
  kind: 'slow-workload' | 'errors',
): Place | null {
  const strikes = (action: FaultAction) =>
    action.kind === kind &&
    (action.workload === workload || (workload === null && byName.get(action.workload)?.service === destination));
  return scenario.faults.find(({ action }) => strikes(action))?.place ?? null;
}

/** Of the caller's calls to the destination. */
function* plansOf(world: World, { byName }: Blueprint, { source, destination }: SettledEdge): Iterable<Plan> {
  const station = byName.get(source);
  if (station === undefined) return;
  for (const plan of world.planners[station.index]!.plans()) {
    if (plan.row.name.destination === destination) yield plan;
  }
}

/** The application's own call of the destination, where it says what is asked for. */
function callStep(
  world: World,
  blueprint: Blueprint,
  edge: SettledEdge,
  asks: (step: CallStep) => boolean,
): Place | null {
  return callSteps(world, blueprint, edge).find(asks)?.place ?? null;
}

/** Whether the application goes on when its calls of the destination fail, all of them. */
export function ignoresFailures(world: World, blueprint: Blueprint, source: string, destination: string): boolean {
  const steps = callSteps(world, blueprint, { source, destination, workload: null });
  return steps.length > 0 && steps.every(({ onFailure }) => onFailure === 'ignore');
}

function callSteps(world: World, blueprint: Blueprint, edge: SettledEdge): readonly CallStep[] {
  const station = blueprint.byName.get(edge.source);
  const hosts = new Set([...plansOf(world, blueprint, edge)].map(({ message }) => message.authority));
  const steps = (station?.behaviour?.endpoints ?? []).flatMap((endpoint) => stepsIn(endpoint.steps));
  return steps.filter((step) => step.kind === 'call').filter((step) => hosts.has(step.to.host));
}
