import { flagNames, statusName } from '../../src/dataplane/index.js';
import type { Scenario } from '../../src/scenario/index.js';
import { COUNTER, type Recording, type Tally, type TrafficRecorder } from '../../src/telemetry/index.js';
import { World } from '../../src/world/index.js';
import { aroundMs, type Calibration, calibrated, type Unpunctuality } from './calibration.js';
import { blueprintWith, type Case } from './case.js';
import { addTo, COMPARED_COUNTERS, type Figures, shares, type TrafficFigures } from './figures.js';
import { scheduleOf } from './schedule.js';

/**
 * What the model says of a case: one replication after the other, each as long as a run of the real Envoys. The runs' own
 * arrivals in turn: they were drawn beforehand, so that chance is left to services and proxies alone.
 */
export function* predictions(
  played: Case,
  calibration: Calibration,
  late: Unpunctuality,
  runs: number,
): Generator<Figures, never> {
  const blueprints = Array.from({ length: runs }, (_, run) =>
    blueprintWith(played, (scenario) => withArrivals(calibrated(scenario, calibration, late), run)),
  );
  const { scenario, mesh } = blueprints[0]!;
  const around = scenario.traffic.map((source) => aroundMs(source, mesh, calibration, late));
  const names = scenario.traffic.map(({ name }) => name);
  for (let replication = 0; ; replication++) {
    const recording = new World(blueprints[replication % runs]!, replication).run();
    const traffic = recording.traffic.map((recorder, i) => [names[i]!, ofSource(recorder, around[i]!)] as const);
    yield { traffic: Object.fromEntries(traffic), counters: countersOf(recording) };
  }
}

/** The arrivals of this run in place of some like them. */
function withArrivals(scenario: Scenario, run: number): Scenario {
  const { warmupMs } = scenario.run;
  const traffic = scenario.traffic.map((source) => {
    const { atMs, request } = scheduleOf(source, scenario.run, run);
    return { ...source, load: { kind: 'replay', atMs: atMs.map((at) => at - warmupMs), request } as const };
  });
  return { ...scenario, traffic };
}

function ofSource(recorder: TrafficRecorder, around: number): TrafficFigures {
  const { requests, succeeded, latency, codes, flags } = recorder;
  const at = (q: number) => (latency.quantileMs(q) ?? 0) + around;
  return {
    requests,
    success: requests === 0 ? 0 : succeeded / requests,
    meanMs: (latency.meanMs ?? 0) + around,
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p99Ms: at(0.99),
    codes: shares(
      named(codes, (code) => [statusName(code)]),
      requests,
    ),
    flags: shares(named(flags, flagNames), requests),
  };
}

function named(tally: Tally, names: (key: number) => readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [key, count] of tally.counts) for (const name of names(key)) addTo(counts, name, count);
  return counts;
}

function countersOf({ edges, traffic }: Recording): Figures['counters'] {
  const requests = traffic.reduce((sum, recorder) => sum + recorder.requests, 0);
  const sums = new Map<string, Map<string, number>>();
  for (const { name, counters } of edges) {
    if (!name.proxied) continue;
    const edge = `${name.source} > ${name.destination}`;
    if (!sums.has(edge)) sums.set(edge, new Map());
    for (const counter of Object.keys(COMPARED_COUNTERS)) {
      addTo(sums.get(edge)!, counter, counters[COUNTER[counter as keyof typeof COUNTER]]!);
    }
  }
  const found = [...sums].map(([edge, counts]) => [edge, shares(counts, requests)] as const);
  return Object.fromEntries(
    found.filter(([, counts]) => Object.keys(counts).length > 0).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
