import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/index.js';
import {
  checkWorld,
  drawBlueprint,
  fieldPlaces,
  gatherTexts,
  loadGathered,
  settingOf,
  World,
} from '../../src/world/index.js';
import { textsOf } from '../support/run.js';
import { station } from '../support/stations.js';

// Line 1 is the `---` of the first document that is written here.
const RULES = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: server}
spec:
  hosts: [server]
  http:
    - fault:
        delay: {fixedDelay: 1s, percentage: {value: 1}}
        abort: {httpStatus: 503, percentage: {value: 1}}
      timeout: 2s
      retries:
        attempts: 3
        perTryTimeout: 500ms
        retryOn: 5xx
      route:
        - destination: {host: server}
          weight: 100
      mirror: {host: copy}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: server}
spec:
  host: server
  trafficPolicy:
    connectionPool:
      tcp:
        maxConnections: 5
      http:
        http1MaxPendingRequests: 1
        http2MaxRequests: 7
        maxRetries: 2
    outlierDetection:
      consecutive5xxErrors: 3
      maxEjectionPercent: 50
`;
const STATIONS = station('client', { sidecar: true }) + station('server', { sidecar: true }) + station('copy');
const SPEC = `workloads:
  client: {endpoints: []}
  server:
    endpoints:
      - respond: {errors: {503: 1%}}
traffic: [{name: load, from: {workload: client}, to: http://server/, rate: 1/s}]
run: {duration: 1s}
`;

function settings(manifests: string) {
  const given = { spec: SPEC, manifests };
  const gathered = gatherTexts(textsOf(given), new Diagnostics())!;
  const blueprint = drawBlueprint(loadGathered(gathered, new Diagnostics())!, new Diagnostics());
  const world = new World(blueprint, 0);
  checkWorld(world, blueprint, new Diagnostics());
  const fields = fieldPlaces(gathered);
  const edge = { source: 'client', destination: 'server', workload: null };
  return (effect: string) => settingOf({ world, blueprint, fields }, edge, effect);
}

const LINES: readonly (readonly [effect: string, written: string])[] = [
  ['injected', 'delay:'],
  ['DI', 'delay:'],
  ['FI', 'abort:'],
  ['retry', 'attempts:'],
  ['URX', 'attempts:'],
  ['timeoutWait', 'perTryTimeout:'],
  ['upstream_rq_per_try_timeout', 'perTryTimeout:'],
  ['upstream_rq_timeout', 'timeout: 2s'],
  ['UT', 'perTryTimeout:'], // four tries fit into 2 s, so it is the last try's that ends a call
  ['poolWait', 'maxConnections:'],
  ['UO', 'http1MaxPendingRequests:'],
  ['upstream_cx_overflow', 'maxConnections:'],
  ['upstream_rq_active_overflow', 'http2MaxRequests:'],
  ['upstream_rq_retry_overflow', 'maxRetries:'],
  ['UH', 'maxEjectionPercent:'],
  ['ejections_total', 'consecutive5xxErrors:'], // where what is below outlierDetection begins
  ['calls', 'weight:'],
  ['mirror', 'host: copy'],
];

test.each(LINES)('what has an effect by %s is written at %s', (effect, written) => {
  const manifests = STATIONS + RULES;
  const line = manifests.split('\n').findIndex((text) => text.includes(written)) + 1;
  expect(settings(manifests)(effect)).toMatchObject({ file: 'manifests.yaml', line });
});

test('tries that do not fit into the timeout end by it', () => {
  const manifests = STATIONS + RULES.replace('timeout: 2s', 'timeout: 1500ms');
  const line = manifests.split('\n').findIndex((text) => text.includes('timeout: 1500ms')) + 1;
  expect(settings(manifests)('UT')).toMatchObject({ line });
});

test('an error of the application is written in the Scenario, at the endpoint that makes it', () => {
  // The spec begins on the fifth line.
  expect(settings(STATIONS)('503')).toMatchObject({ file: 'scenario.yaml', line: 9 });
});

test.each(['UO', 'UT', 'UH', 'URX', 'mirror', 'network', 'nonsense'])('nobody wrote anything of %s', (effect) => {
  expect(settings(STATIONS)(effect)).toBeNull();
});
