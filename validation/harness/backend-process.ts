import { runKey, SequentialRandom, sampler } from '../../src/engine/index.js';
import { type FaultAction, type PodCount, struckCount } from '../../src/scenario/index.js';
import { Application, type Strikes } from './application.js';
import { Clock } from './clock.js';
import { latenessOf } from './lateness.js';
import { Outbound } from './outbound.js';
import type { BackendTask, ToBackends } from './protocol.js';

/** Every application of a case, in a process of its own. */

const clock = new Clock();
const lateMs: number[] = [];
const strikes = new Map<string, Strikes>();
const applications = new Map<string, Application[]>();
let task: BackendTask | null = null;

process.on('message', (message: ToBackends) => {
  if (message.kind === 'task') prepare(message.task);
  else if (message.kind === 'start') scheduleFaults(message.startMs);
  else process.send!({ kind: 'report', late: latenessOf(lateMs) });
});
process.on('disconnect', () => process.exit());

function prepare(given: BackendTask): void {
  task = given;
  const key = runKey(given.run.seed, given.repetition);
  for (const spec of given.applications) {
    const { name, ordinal, ways } = spec;
    const random = new SequentialRandom(key, `${name}-${ordinal}`);
    const context = {
      clock,
      random,
      outbound: new Outbound(ways, random),
      strikes: strikesOf(name),
      onLate: (late: number) => lateMs.push(late),
    };
    applications.set(name, [...(applications.get(name) ?? []), new Application(spec, context)]);
  }
  const all = [...applications.values()].flat();
  Promise.all(all.map((application) => application.listen())).then(
    () => process.send!({ kind: 'ready' }),
    (error: unknown) => process.send!({ kind: 'failed', message: String(error) }),
  );
}

function strikesOf(workload: string): Strikes {
  let known = strikes.get(workload);
  if (known === undefined) {
    known = { delays: [], errors: [] };
    strikes.set(workload, known);
  }
  return known;
}

function scheduleFaults(startMs: number): void {
  const { faults, run } = task!;
  for (const { action, atMs, forMs } of faults) {
    const beginMs = startMs + run.warmupMs + atMs;
    clock.at(beginMs, () => {
      const undo = strike(action);
      if (forMs < Infinity) clock.at(beginMs + forMs, undo);
    });
  }
}

/** Returns what ends it. */
function strike(action: FaultAction): () => void {
  switch (action.kind) {
    case 'slow-workload':
      return added(strikesOf(action.workload).delays, sampler(action.by));
    case 'errors':
      return added(strikesOf(action.workload).errors, { status: action.outcome.status, share: action.share });
    case 'crash': {
      const pods = struck(action.workload, action.pods);
      for (const pod of pods) pod.crash();
      const startupMs = task!.applications.find(({ name }) => name === action.workload)?.behaviour?.startupMs ?? 0;
      return () => setTimeout(() => pods.forEach((pod) => void pod.listen()), startupMs);
    }
    case 'drain':
      return () => {}; // its callers alone hear of it
    default:
      throw new RangeError(`a fault '${action.kind}' is not played`);
  }
}

function added<T>(list: T[], item: T): () => void {
  list.push(item);
  return () => list.splice(list.indexOf(item), 1);
}

function struck(workload: string, wanted: PodCount): readonly Application[] {
  const all = applications.get(workload) ?? [];
  return all.slice(0, struckCount(wanted, all.length));
}
