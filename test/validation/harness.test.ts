import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RunSpec, TrafficSource } from '../../src/scenario/index.js';
import { withAccessLog } from '../../validation/harness/access-log.js';
import { aroundMs, calibrated, calibrationOf, unpunctuality } from '../../validation/harness/calibration.js';
import { headComment } from '../../validation/harness/case.js';
import { compare } from '../../validation/harness/compare.js';
import { EndpointFiles } from '../../validation/harness/endpoint-files.js';
import type { Figures, TrafficFigures } from '../../validation/harness/figures.js';
import { latenessOf, quantile } from '../../validation/harness/lateness.js';
import { layOut } from '../../validation/harness/layout.js';
import { doubtsAbout } from '../../validation/harness/overheads.js';
import { whatCannotBePlayed } from '../../validation/harness/playable.js';
import { scheduleOf } from '../../validation/harness/schedule.js';
import { estimate, summarize } from '../../validation/harness/summary.js';
import { blueprintOf } from '../support/run.js';
import { deployment, service, station } from '../support/stations.js';

const RUN: RunSpec = {
  durationMs: 60_000,
  warmupMs: 2000,
  isWarmupWritten: true,
  drainMs: 5000,
  seed: 1,
  replications: 5,
  maxInFlight: 1_000_000,
};
const TRAFFIC = { name: 'load', from: { workload: 'caller' }, to: 'http://main/', rate: '100/s' };

function blueprint(spec: object = {}, sidecar = false) {
  const manifests = [
    station('caller', { sidecar: true }),
    deployment('main', { sidecar, replicas: 2 }),
    service('main'),
    station('back'),
  ].join('');
  return blueprintOf({ manifests, spec: { traffic: [TRAFFIC], ...spec } });
}

function sourceWith(traffic: object): TrafficSource {
  return blueprint({ traffic: [{ ...TRAFFIC, ...traffic }] }).scenario.traffic[0]!;
}

describe('arrival times', () => {
  test('of a constant rate are even, from the beginning of warm-up to the end of drain', () => {
    const { atMs } = scheduleOf(sourceWith({ arrivals: 'constant' }), RUN, 0);
    expect(atMs.slice(0, 3)).toEqual([10, 20, 30]);
    expect(atMs).toHaveLength(6699);
  });

  test('of a Poisson process come at its rate', () => {
    const { atMs } = scheduleOf(sourceWith({}), RUN, 0);
    const sd = Math.sqrt(6700);
    expect(Math.abs(atMs.length - 6700)).toBeLessThan(4 * sd);
    expect(atMs).toEqual([...atMs].sort((a, b) => a - b));
  });

  test('are the same for the same seed and run, and others for another run', () => {
    const source = sourceWith({});
    expect(scheduleOf(source, RUN, 1)).toEqual(scheduleOf(source, RUN, 1));
    expect(scheduleOf(source, RUN, 1).atMs[0]).not.toBe(scheduleOf(source, RUN, 0).atMs[0]);
  });

  test('follow the stages, which begin when warm-up ends', () => {
    const stages = [
      { for: '10s', rate: '100/s' },
      { for: '10s', rate: '0/s' },
    ];
    const { rate: _, ...unrated } = TRAFFIC;
    const [source] = blueprint({ traffic: [{ ...unrated, arrivals: 'constant', stages }] }).scenario.traffic;
    expect(scheduleOf(source!, RUN, 0).atMs.at(-1)).toBeCloseTo(12_000 - 10, -1);
  });
});

test('a quantile is the value of rank ceil(q n), as in the model', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(quantile([1, 2, 3, 4], 0.99)).toBe(4);
  expect(latenessOf([1, 3])).toEqual({ meanMs: 2, p99Ms: 3 });
});

test("intervals are Student's", () => {
  // Of 1, 2, 3: sd 1, t(0.975; 2) = 4.303, t(0.995; 2) = 9.925.
  const { mean, half95, half99 } = estimate([1, 2, 3]);
  expect(mean).toBe(2);
  expect(half95).toBeCloseTo(4.303 / Math.sqrt(3), 10);
  expect(half99).toBeCloseTo(9.925 / Math.sqrt(3), 10);
  expect(estimate([5])).toEqual({ mean: 5, half95: null, half99: null });
});

function figures(traffic: Partial<TrafficFigures>, counters: Record<string, number> = {}): Figures {
  const none = { requests: 1000, success: 1, meanMs: 10, p50Ms: 10, p90Ms: 10, p99Ms: 20, codes: {}, flags: {} };
  return { traffic: { load: { ...none, ...traffic } }, counters: { 'a > b': counters } };
}

function verdictOf(measured: readonly Figures[], predicted: Figures, figure: string) {
  return compare(summarize(measured), summarize([predicted])).find((each) => each.figure === figure)?.verdict;
}

describe('verdicts', () => {
  const same = (of: Figures) => [of, of, of];
  const CASES = [
    { what: 'mean 4 % off', figure: 'mean', measured: same(figures({})), predicted: { meanMs: 10.4 }, is: 'met' },
    { what: 'mean 6 % off', figure: 'mean', measured: same(figures({})), predicted: { meanMs: 10.6 }, is: 'missed' },
    { what: 'p99 9 % off', figure: 'p99', measured: same(figures({})), predicted: { p99Ms: 18.2 }, is: 'met' },
    { what: 'p99 11 % off', figure: 'p99', measured: same(figures({})), predicted: { p99Ms: 17.8 }, is: 'missed' },
    { what: 'p90', figure: 'p90', measured: same(figures({})), predicted: { p90Ms: 99 }, is: 'shown' },
    {
      what: 'success 0.4 pp off',
      figure: 'success',
      measured: same(figures({})),
      predicted: { success: 0.996 },
      is: 'met',
    },
    {
      what: 'success 1 pp off',
      figure: 'success',
      measured: same(figures({})),
      predicted: { success: 0.99 },
      is: 'missed',
    },
    {
      what: 'a code that only the model has',
      figure: 'code 503',
      measured: same(figures({})),
      predicted: { codes: { '503': 0.01 } },
      is: 'missed',
    },
    {
      what: 'a mean that the runs themselves do not know better',
      figure: 'mean',
      measured: [figures({ meanMs: 9 }), figures({ meanMs: 10 }), figures({ meanMs: 11 })],
      predicted: { meanMs: 12 },
      is: 'met-by-interval',
    },
  ];
  test.each(CASES)('$what: $is', ({ figure, measured, predicted, is }) => {
    expect(verdictOf(measured, figures(predicted), figure)).toBe(is);
  });

  test('a counter is held per request, and one that is absent is 0', () => {
    const measured = [figures({}, { upstream_rq_retry: 0.2 }), figures({}, { upstream_rq_retry: 0.2 })];
    expect(verdictOf(measured, figures({}, { upstream_rq_retry: 0.204 }), 'upstream_rq_retry')).toBe('met');
    expect(verdictOf(measured, figures({}), 'upstream_rq_retry')).toBe('missed');
  });
});

describe('calibration', () => {
  const overheads = {
    direct: 10.6,
    client: 11.2,
    both: 11.6,
    mtls: 11.8,
    connect: 11.3,
    held: 10.5,
    serviceLate: 0.1,
    sendingLate: 0.1,
  };
  const run = (service: number, sending: number) => ({
    serviceLate: { meanMs: service, p99Ms: 1 },
    sendingLate: { load: { meanMs: sending, p99Ms: 1 } },
  });
  const late = unpunctuality([run(0.2, 0.1), run(0.4, 0.4)]);

  test('gives every part of a path once', () => {
    const { networkMs, proxyMs, mtlsMs, callMs, aroundMs } = calibrationOf(overheads);
    const waitMs = overheads.serviceLate;
    expect(networkMs).toBeCloseTo(0.2);
    expect(proxyMs).toBeCloseTo(0.4);
    expect(4 * mtlsMs).toBeCloseTo(0.2);
    expect(10 + waitMs + 2 * networkMs + proxyMs + aroundMs.sidecar).toBeCloseTo(overheads.client);
    expect(10 + waitMs + 2 * networkMs + aroundMs.direct).toBeCloseTo(overheads.direct);
    expect(callMs).toBeCloseTo(aroundMs.sidecar - 0.1);
    expect(aroundMs.gateway).toBeCloseTo(aroundMs.sidecar - 2 * networkMs);
  });

  test('lengthens waits and calls wherever they stand, and replaces distances and costs of proxies', () => {
    const steps = [{ repeat: { times: 2, steps: [{ wait: '5ms' }, { call: 'http://back/' }] } }];
    const { scenario } = blueprint({ workloads: { main: { endpoints: [{ steps }] } } });
    const { behaviours, network, platform } = calibrated(scenario, calibrationOf(overheads), late);
    const [step] = behaviours.find(({ name }) => name === 'main')!.endpoints![0]!.steps;
    expect(step).toMatchObject({
      kind: 'repeat',
      steps: [{ kind: 'wait' }, { kind: 'wait', time: { ms: 5 } }, { kind: 'wait' }, { kind: 'call' }],
    });
    expect(network.sameZone).toEqual(network.crossRegion);
    const { requestCpuMs, responseCpuMs, mtlsCpuMs, handshakeCpuMs } = platform.proxyCost;
    expect(requestCpuMs + responseCpuMs).toBeCloseTo(0.4);
    expect(mtlsCpuMs).toBeCloseTo(0.05);
    expect(handshakeCpuMs).toBe(0);
  });

  test('takes services and sources to be as late as they were in the runs of the case itself', () => {
    const { scenario, mesh } = blueprint();
    const source = scenario.traffic[0]!;
    const calibration = calibrationOf(overheads);
    expect(late.servicesMs).toBeCloseTo(0.3);
    expect(aroundMs(source, mesh, calibration, late)).toBeCloseTo(calibration.aroundMs.sidecar + 0.25 - 0.1);
  });

  test('is refused when it tells more of a busy machine than of Envoy', () => {
    const runs = (means: readonly number[]) =>
      means.map((meanMs) => ({
        figures: figures({ meanMs }),
        sendingLate: { load: { meanMs: 0.1, p99Ms: 1 } },
        serviceLate: { meanMs: 0.2, p99Ms: 1 },
        proxyMs: { before: 0.1, held: 10.5, after: 0.1 },
      }));
    const fine = {
      'overhead-direct': runs([10.6, 10.7, 10.8]),
      'overhead-client': runs([11.2, 11.2, 11.3]),
      'overhead-both': runs([11.6, 11.7, 11.8]),
      'overhead-mtls': runs([11.8, 11.9, 12]),
      'overhead-connect': runs([11.3, 11.4, 11.5]),
    };
    expect(doubtsAbout(fine)).toEqual([]);
    expect(doubtsAbout({ ...fine, 'overhead-both': runs([11, 11, 11]) })).toEqual([
      'a second sidecar takes less than no time',
    ]);
    expect(doubtsAbout({ ...fine, 'overhead-mtls': runs([11.8, 12, 13.1]) })).toEqual([
      'the means of overhead-mtls differ by more than 10 %',
    ]);
  });
});

describe('the layout', () => {
  test('sends through the own proxy, to the pods of a service without', () => {
    const { proxies, applications, sources } = layOut(blueprint(), 'certificates');
    expect(proxies.map(({ workload }) => workload)).toEqual(['caller']);
    const main = applications.filter(({ name }) => name === 'main');
    expect(main.map(({ listensOn }) => listensOn.length)).toEqual([1, 1]);
    const way = sources[0]!.turns[0]!['main:80']!;
    expect(way).toEqual({ isProxy: true, addresses: [{ host: proxies[0]!.admin.host, port: 80 }] });
  });

  test('sends from outside to whichever pod, at its proxy if it has one', () => {
    const traffic = [{ ...TRAFFIC, from: 'outside' }];
    const direct = layOut(blueprint({ traffic }), '');
    const ways = (laid: typeof direct) => laid.sources[0]!.turns[0]!['main:80']!;
    const listening = direct.applications.filter(({ name }) => name === 'main').flatMap(({ listensOn }) => listensOn);
    expect(ways(direct)).toEqual({ isProxy: false, addresses: listening });
    expect(ways(layOut(blueprint({ traffic }, true), '')).addresses).not.toEqual(listening);
  });
});

describe('endpoints that come and go', () => {
  const DRAIN = { at: '1s', for: '2s', drain: { workload: 'main', pods: 1 } };
  const drained = () => layOut(blueprint({ faults: [DRAIN], platform: { endpointDelay: '500ms' } }), '');

  test('are away for proxies from when they are told to when they are told again', () => {
    const { absences, applications } = drained();
    const [first] = applications.filter(({ name }) => name === 'main');
    const addresses = [first!.listensOn[0]!.host];
    expect(absences).toEqual([{ fromMs: 31_500, toMs: 33_500, addresses }]); // after 30 s of warm-up
  });

  test('stand in files that the clusters with them read', () => {
    const { proxies, absences } = drained();
    const folder = mkdtempSync(join(tmpdir(), 'drymesh-harness-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const changing = new Set(absences[0]!.addresses);
    const files = new EndpointFiles(proxies[0]!.bootstrap, changing, join(folder, 'caller'));
    const { clusters } = (files.bootstrap as { static_resources: { clusters: { name: string; type: string }[] } })
      .static_resources;
    expect(clusters.filter(({ type }) => type === 'EDS').map(({ name }) => name)).toEqual([
      'outbound|80||main.default.svc.cluster.local',
    ]);
    const written = () => {
      const [file] = readdirSync(folder);
      const { resources } = JSON.parse(readFileSync(join(folder, file!), 'utf8'));
      return JSON.stringify(resources[0].endpoints);
    };
    const all = written();
    files.write(changing);
    for (const address of changing) {
      expect(all).toContain(address);
      expect(written()).not.toContain(address);
    }
    files.write(new Set());
    expect(written()).toBe(all);
  });
});

describe('what cannot be played is refused in words', () => {
  const ASKED = [
    {
      what: 'CPU',
      spec: { workloads: { main: { endpoints: [{ steps: [{ cpu: '1ms' }] }] } } },
      says: 'wait instead of cpu',
    },
    {
      what: 'a closed load',
      spec: { traffic: [{ ...TRAFFIC, rate: undefined, closed: { users: 1 } }] },
      says: 'closed load',
    },
    {
      what: 'a slow network',
      spec: { faults: [{ at: '0s', slow: { from: 'caller', to: 'main', by: '1ms' } }] },
      says: 'slow',
    },
    {
      what: 'a crash that proxies hear of',
      spec: { faults: [{ at: '0s', crash: { workload: 'main' } }] },
      says: 'endpointDelay',
    },
    {
      what: 'pods that drain until they are killed',
      spec: { faults: [{ at: '0s', for: '40s', drain: { workload: 'main' } }] },
      says: 'grace period',
    },
    {
      what: 'pods that drain where nobody is told',
      spec: {
        traffic: [{ ...TRAFFIC, from: 'outside' }],
        faults: [{ at: '0s', for: '1s', drain: { workload: 'main' } }],
      },
      says: 'without a proxy',
    },
  ];
  test.each(ASKED)('$what', ({ spec, says }) => {
    const { scenario, mesh } = blueprint(JSON.parse(JSON.stringify(spec)));
    expect(whatCannotBePlayed(scenario, mesh).join('\n')).toContain(says);
  });

  test('nothing of a plain scenario', () => {
    const { scenario, mesh } = blueprint();
    expect(whatCannotBePlayed(scenario, mesh)).toEqual([]);
  });
});

test('only what a proxy sends is written down', () => {
  const manager = () => ({ typed_config: { '@type': 'x/a.HttpConnectionManager' } });
  const listener = (name: string) => ({ name, filter_chains: [{ filters: [manager()] }] });
  const bootstrap = { static_resources: { listeners: [listener('80'), listener('inbound|80||')] } };
  const logged = JSON.parse(JSON.stringify(withAccessLog(bootstrap, 'log'))) as typeof bootstrap;
  const managers = logged.static_resources.listeners.map(
    ({ filter_chains: [chain] }) => chain!.filters[0]!.typed_config,
  );
  expect(managers.map((config) => 'access_log' in config)).toEqual([true, false]);
});

test('the comment at the head of a scenario describes it', () => {
  const text = '# yaml-language-server: $schema=x\n# One line,\n# and another.\napiVersion: a\n# not this\n';
  expect(headComment(text)).toBe('One line, and another.');
});
