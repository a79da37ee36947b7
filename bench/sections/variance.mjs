import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drymesh, here, inFolder } from '../processes.mjs';

const BOOKINFO = here('../scenarios/bookinfo');
const SOURCE = 'readers';
const SIZE = ['--duration', '1m', '--replications', 60];
const ROUTE = 'VirtualService/default/reviews:spec.http[1]';
const shares = (v1, v3) =>
  `${ROUTE}.route=[{destination: {host: reviews, subset: v1}, weight: ${v1}}, {destination: {host: reviews, subset: v3}, weight: ${v3}}]`;

/** Typical changes of a pull request: what is set in the base, and what in the candidate. */
const CHANGES = [
  { name: 'a timeout of 20 ms', base: [], candidate: [`${ROUTE}.timeout=20ms`] },
  { name: 'weights 90/10 to 80/20', base: [], candidate: [shares(80, 20)] },
  {
    name: 'retries 2 to 0, where 2 % fail',
    base: ['workloads.reviews-v1.endpoints[0].respond.errors.503=2%'],
    candidate: ['workloads.reviews-v1.endpoints[0].respond.errors.503=2%', `${ROUTE}.retries={attempts: 0}`],
  },
];

/**
 * By how much the difference of two means scatters less when both play the same random numbers than with seeds of their own:
 * variances over replications.
 */
export function* commonRandomNumbers() {
  for (const { name, base, candidate } of CHANGES) {
    const before = means(base, 1);
    const [same, other] = [1, 2].map((seed) => variance(means(candidate, seed).map((mean, r) => mean - before[r])));
    yield { name, ratio: other / same };
  }
}

function means(settings, seed) {
  return inFolder((out) => {
    drymesh('run', BOOKINFO, ...SIZE, '--seed', seed, ...settings.flatMap((set) => ['--set', set]), '--out', out);
    const { traffic } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    return traffic.find((source) => source.name === SOURCE).replicates.map(({ meanMs }) => meanMs);
  });
}

function variance(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
