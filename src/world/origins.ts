import type { Plan } from '../dataplane/index.js';
import type { Place } from '../mesh/index.js';
import { type CallStep, stepsIn } from '../scenario/index.js';
import type { Mechanism } from '../telemetry/index.js';
import type { Blueprint } from './blueprint.js';
import type { World } from './world.js';

/** Where the setting stands that makes an edge spend time on a mechanism; null: nobody wrote it. */
export function settingOf(
  world: World,
  blueprint: Blueprint,
  source: string,
  destination: string,
  mechanism: Mechanism,
): Place | null {
  switch (mechanism) {
    case 'service':
    case 'cpuWait':
    case 'workerQueue': {
      const callee = blueprint.stations.find(({ service, behaviour }) => service === destination && behaviour !== null);
      return callee?.behaviour?.place ?? null;
    }
    case 'injected':
      return (
        first(world, blueprint, source, destination, ({ written }) => written.fault) ??
        delayFault(blueprint, destination)
      );
    case 'retry':
      return (
        first(world, blueprint, source, destination, ({ written }) => written.retry) ??
        callStep(world, blueprint, source, destination, ({ retries }) => retries > 0)
      );
    case 'timeoutWait':
      return (
        first(world, blueprint, source, destination, (plan) => (plan.timeout === null ? null : plan.written.route)) ??
        callStep(world, blueprint, source, destination, ({ timeoutMs }) => timeoutMs !== null)
      );
    case 'poolWait':
      return first(
        world,
        blueprint,
        source,
        destination,
        ({ destinations }) => destinations[0]?.cluster?.effective.origin ?? null,
      );
    case 'proxyCpu':
    case 'network':
      return null;
  }
}

/** A fault of the scenario that holds up the work of the service. */
function delayFault({ scenario, byName }: Blueprint, destination: string): Place | null {
  const fault = scenario.faults.find(
    ({ action }) => action.kind === 'slow-workload' && byName.get(action.workload)?.service === destination,
  );
  return fault?.place ?? null;
}

function first(
  world: World,
  blueprint: Blueprint,
  source: string,
  destination: string,
  placeOf: (plan: Plan) => Place | null,
): Place | null {
  const station = blueprint.byName.get(source);
  if (station === undefined) return null;
  for (const plan of world.planners[station.index]!.plans()) {
    const found = plan.row.name.destination === destination ? placeOf(plan) : null;
    if (found !== null) return found;
  }
  return null;
}

/** The application's own call of the destination, where it says what is asked for. */
function callStep(
  world: World,
  blueprint: Blueprint,
  source: string,
  destination: string,
  asks: (step: CallStep) => boolean,
): Place | null {
  return callSteps(world, blueprint, source, destination).find(asks)?.place ?? null;
}

/** Whether the application goes on when its calls of the destination fail, all of them. */
export function ignoresFailures(world: World, blueprint: Blueprint, source: string, destination: string): boolean {
  const steps = callSteps(world, blueprint, source, destination);
  return steps.length > 0 && steps.every(({ onFailure }) => onFailure === 'ignore');
}

function callSteps(world: World, blueprint: Blueprint, source: string, destination: string): readonly CallStep[] {
  const station = blueprint.byName.get(source);
  if (station === undefined) return [];
  const hosts = new Set<string>();
  for (const { row, message } of world.planners[station.index]!.plans()) {
    if (row.name.destination === destination) hosts.add(message.authority);
  }
  const steps = (station.behaviour?.endpoints ?? []).flatMap((endpoint) => stepsIn(endpoint.steps));
  return steps.filter((step) => step.kind === 'call').filter((step) => hosts.has(step.to.host));
}
