import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from '../../src/cli/certificates.js';
import type { AccessEntry } from './access-log.js';
import type { Case } from './case.js';
import { makeFolder, Part, removeFolder } from './children.js';
import { monotonicMs } from './clock.js';
import { Envoy } from './envoy.js';
import { addTo, type Figures } from './figures.js';
import type { Lateness } from './lateness.js';
import { type Absence, layOut } from './layout.js';
import { type Counted, measuredFigures } from './measured.js';
import type { BackendTask, FromBackends, FromLoad, LoadTask, ToBackends, ToLoad } from './protocol.js';

/** From when all is ready until the first request. */
const LEAD_MS = 150;

export interface MeasuredRun {
  readonly figures: Figures;
  /** How late requests were sent, by source, and how late services ended. */
  readonly sendingLate: Readonly<Record<string, Lateness>>;
  readonly serviceLate: Lateness;
  /** Mean ms of a request in the first proxy: before its try, while the connection to the host is held, after. */
  readonly proxyMs: { readonly before: number; readonly held: number; readonly after: number } | null;
}

/** Of what was due, 1 % came later than this: the machine was busy with something else. */
const HELD_UP_MS = 3;

/** Whether the bench itself was held up, so that the run tells more of the machine than of the case. */
export function isHeldUp({ sendingLate, serviceLate }: MeasuredRun): boolean {
  return [...Object.values(sendingLate), serviceLate].some(({ p99Ms }) => p99Ms > HELD_UP_MS);
}

/** Plays a case once with real Envoys, real HTTP servers and real connections, all fresh. */
export async function measure(played: Case, repetition: number, binary: string): Promise<MeasuredRun> {
  const { blueprint } = played;
  const { scenario, mesh } = blueprint;
  const { run, faults, traffic } = scenario;
  const folder = makeFolder();
  const layout = layOut(blueprint, folder);
  const backends = new Part<ToBackends, FromBackends>('the applications', './backend-process.js');
  const load = new Part<ToLoad, FromLoad>('the load', './load-process.js');
  const envoys: Envoy[] = [];
  const timers: NodeJS.Timeout[] = [];
  try {
    makeCertificates(
      folder,
      layout.proxies.flatMap(({ credentials }) => credentials),
    );
    const backendTask: BackendTask = { run, repetition, applications: layout.applications, faults };
    const sources = layout.sources.map((source) => ({ ...source, spec: traffic[source.index]! }));
    const loadTask: LoadTask = { run, repetition, sources };
    const listening = backends.hear('ready');
    backends.tell({ kind: 'task', task: backendTask });
    await listening;
    const ready = load.hear('ready');
    load.tell({ kind: 'task', task: loadTask });
    const changing = new Set(layout.absences.flatMap(({ addresses }) => addresses));
    for (const proxy of layout.proxies) envoys.push(new Envoy(binary, proxy, folder, changing));
    await Promise.all([ready, ...envoys.map((envoy) => envoy.ready())]);
    const startMs = monotonicMs() + LEAD_MS;
    const done = load.hear('done');
    done.catch(() => {}); // awaited below, perhaps after another failure
    backends.tell({ kind: 'start', startMs });
    load.tell({ kind: 'start', startMs });
    for (const atMs of new Set(layout.absences.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))) {
      const missing = missingAt(layout.absences, atMs);
      const tell = () => envoys.forEach((envoy) => void envoy.miss(missing));
      timers.push(setTimeout(tell, startMs + atMs - monotonicMs()));
    }
    await sleep(startMs + run.warmupMs - monotonicMs());
    const before = await Promise.all(envoys.map((envoy) => envoy.statistics()));
    await sleep(startMs + run.warmupMs + run.durationMs - monotonicMs());
    const after = await Promise.all(envoys.map((envoy) => envoy.statistics()));
    const { sent } = await done;
    const report = backends.hear('report');
    backends.tell({ kind: 'report' });
    const { late } = await report;
    const logs = await Promise.all(envoys.map((envoy) => envoy.end()));
    const log = requestsIn(logs.flat());
    const counted = envoys.map(
      ({ proxy }, i): Counted => ({ workload: proxy.workload, before: before[i]!, after: after[i]! }),
    );
    return {
      figures: measuredFigures(scenario, mesh, sent, log, counted),
      sendingLate: Object.fromEntries(sent.map((each) => [traffic[each.source]!.name, each.late])),
      serviceLate: late,
      proxyMs: proxyTimes([...log.values()]),
    };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    await Promise.all([backends.end(), load.end(), ...envoys.map((envoy) => envoy.end())]);
    removeFolder(folder);
  }
}

function missingAt(absences: readonly Absence[], atMs: number): ReadonlySet<string> {
  const now = absences.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return new Set(now.flatMap(({ addresses }) => addresses));
}

function requestsIn(entries: readonly AccessEntry[]): ReadonlyMap<string, AccessEntry> {
  return new Map(entries.filter(({ request }) => request !== '-').map((entry) => [entry.request, entry]));
}

function proxyTimes(entries: readonly AccessEntry[]): MeasuredRun['proxyMs'] {
  const sums = new Map<string, number>();
  let count = 0;
  for (const { before, held, after } of entries) {
    if (before === null || held === null || after === null) continue;
    count++;
    addTo(sums, 'before', before / 1000);
    addTo(sums, 'held', held / 1000);
    addTo(sums, 'after', after / 1000);
  }
  if (count === 0) return null;
  const mean = (key: string) => (sums.get(key) ?? 0) / count;
  return { before: mean('before'), held: mean('held'), after: mean('after') };
}
