import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairedMean } from '../../src/analysis/paired.js';
import { packRecording } from '../../src/telemetry/index.js';
import { World } from '../../src/world/index.js';
import { randomMesh } from '../support/random-mesh.js';
import { blueprintOf, type Given } from '../support/run.js';
import { destinationRule, station, virtualService } from '../support/stations.js';

/** A path of its own: with everything that draws, waits in pools, ejects and tries again. */
const STILL = {
  manifests:
    station('still', { sidecar: true, replicas: 2 }) +
    station('stiller', { sidecar: true, replicas: 3 }) +
    virtualService('stiller', { retries: { attempts: 2, retryOn: '5xx' }, timeout: '200ms' }) +
    destinationRule('stiller', {
      outlierDetection: { consecutive5xxErrors: 2, interval: '500ms', baseEjectionTime: '1s' },
      connectionPool: { tcp: { maxConnections: 3 } },
    }),
  workloads: {
    still: { endpoints: [{ steps: [{ call: 'http://stiller/' }] }] },
    stiller: {
      workers: 2,
      endpoints: [{ steps: [{ wait: { exponential: '10ms' } }], respond: { errors: { 503: '10%' } } }],
    },
  },
  traffic: { name: 'still', from: 'outside', rate: '60/s', to: 'http://still/' },
};

/** The same beside another mesh, by one clock. */
function beside({ manifests, spec, ...rest }: Given, run: object): Given {
  const {
    workloads,
    traffic,
    faults = [],
    ...own
  } = spec as { workloads: object; traffic: object[]; faults?: object[] };
  return {
    ...rest,
    manifests: STILL.manifests + manifests,
    spec: {
      ...own,
      platform: { proxyCost: 'istio-1.24', nodes: { cpu: 2, zones: ['eu-1/a', 'eu-1/b'] } },
      network: { sameZone: '1ms', crossZone: { exponential: '2ms' } },
      workloads: { ...STILL.workloads, ...workloads },
      traffic: [STILL.traffic, ...traffic],
      faults: faults.filter((fault) => !('zone' in fault)), // it takes pods of both
      run,
    },
  };
}

function stillIn(given: Given): object {
  const { traffic, edges } = packRecording(new World(blueprintOf(given), 3).run());
  return { traffic: traffic[0], edges: edges.filter(({ name }) => name.destination.startsWith('still')) };
}

test('what a change cannot reach is the same to the last bit, whatever changes beside it', () => {
  // Pushes and policies of a whole namespace or mesh reach every proxy.
  const other = randomMesh({ load: 'any', without: ['pushes', 'security', 'ambient', 'network'] });
  const run = { duration: '3s', warmup: '1s', drain: '5s', seed: 7, replications: 4 };
  const alone = stillIn(beside({ manifests: '', spec: { workloads: {}, traffic: [] } }, run));
  fc.assert(
    fc.property(other, ({ given }) => {
      expect(stillIn(beside(given, run))).toEqual(alone);
    }),
    { numRuns: 40, seed: 20260101 },
  );
});

const RUN = { duration: '20s', warmup: '2s', seed: 1, replications: 20 };

/** Two versions behind one route. */
function shop(route: object, seed: number): Given {
  return {
    manifests:
      station('front', { sidecar: true }) +
      station('back', { sidecar: true, replicas: 2 }) +
      virtualService('back', route),
    spec: {
      workloads: {
        front: {
          endpoints: [
            { steps: [{ cpu: { exponential: '2ms' } }, { call: { to: 'http://back/', onFailure: 'ignore' } }] },
          ],
        },
        back: {
          workers: 4,
          endpoints: [
            { steps: [{ wait: { lognormal: { median: '10ms', p99: '60ms' } } }], respond: { errors: { 503: '5%' } } },
          ],
        },
      },
      traffic: [{ name: 'load', from: { workload: 'front' }, rate: '60/s', to: 'http://back/' }],
      run: { ...RUN, seed },
    },
  };
}

const CHANGES = [
  { name: 'a timeout', base: { timeout: '80ms' }, candidate: { timeout: '60ms' } },
  { name: 'retries', base: { retries: { attempts: 0 } }, candidate: { retries: { attempts: 1, retryOn: '5xx' } } },
  {
    name: 'an injected delay',
    base: {},
    candidate: { fault: { delay: { fixedDelay: '50ms', percentage: { value: 1 } } } },
  },
];

test.each(CHANGES)(
  '$name: the difference of means scatters less than by a tenth of that of other seeds',
  ({ base, candidate }) => {
    const latencies = (route: object, seed: number) => {
      const blueprint = blueprintOf(shop(route, seed));
      return Array.from({ length: RUN.replications }, (_, r) => new World(blueprint, r).run().traffic[0]!.latency);
    };
    const before = latencies(base, 1);
    const width = (after: ReturnType<typeof latencies>) => {
      const { ci95 } = pairedMean(before, after);
      return ci95![1] - ci95![0];
    };
    const [paired, independent] = [width(latencies(candidate, 1)), width(latencies(candidate, 2))];
    expect((independent / paired) ** 2).toBeGreaterThan(10);
  },
);
