import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { here, inFolder, timedRun } from '../processes.mjs';

/** (d) Peak memory and time of `drymesh run` on one thread, by length and by size of the mesh. */
export function* byLength() {
  for (const duration of ['20m', '200m']) {
    yield { name: `bookinfo, ${duration}`, ...run(here('../scenarios/bookinfo'), duration) };
  }
}

/** Isotope's tree of 1000 services (a root that calls 99, nine of which call 100), with more and more pods. */
export function* bySize() {
  for (const replicas of [1, 2, 5, 10]) {
    const measured = inFolder((folder) => {
      writeFileSync(join(folder, 'graph.yaml'), JSON.stringify(tree(replicas)));
      writeFileSync(join(folder, 'scenario.yaml'), JSON.stringify(SCENARIO));
      return run(folder, '20s');
    });
    yield { name: `1000 services, ${1000 * replicas} pods`, ...measured };
  }
}

const SCENARIO = {
  apiVersion: 'drymesh.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'tree' },
  spec: {
    behaviour: 'graph.yaml',
    traffic: [{ name: 'load', from: 'outside', rate: '10/s', to: 'http://root:8080/' }],
    run: { warmup: '1s' },
  },
};

function tree(numReplicas) {
  const all = (names) => [names.map((call) => ({ call }))];
  const tier = Array.from({ length: 99 }, (_, i) => `s-${i}`);
  const under = (name) => Array.from({ length: 100 }, (_, i) => `${name}-${i}`);
  const services = [{ name: 'root', isEntrypoint: true, script: all(tier) }];
  for (const [i, name] of tier.entries()) {
    services.push(i < 9 ? { name, script: all(under(name)) } : { name });
    if (i < 9) services.push(...under(name).map((leaf) => ({ name: leaf })));
  }
  return { defaults: { numReplicas }, services };
}

function run(scenario, duration) {
  const { peakMemoryBytes, setupSeconds, wallSeconds, hops } = timedRun(
    ...[scenario, '--duration', duration, '--replications', 1, '--workers', 1],
  );
  return { peakMemoryBytes, setupSeconds, wallSeconds, hops };
}
