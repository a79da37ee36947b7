import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Comparison, Report } from '../../src/analysis/index.js';
import { folderOf, say } from '../support/outside.js';
import { corpusText, withCorpus } from './corpus.js';

const BOOKINFO = 'istio/samples/bookinfo';
const NETWORKING = `${BOOKINFO}/networking`;

const call = (to: string) => ({ call: { to, onFailure: 'ignore', timeout: '10s' } });
const work = { cpu: { exponential: '2ms' } };

const SCENARIO = {
  apiVersion: 'drymesh.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'bookinfo' },
  spec: {
    manifests: ['bookinfo.yaml', 'gateway.yaml', 'rules.yaml', 'routes.yaml'],
    workloads: {
      'productpage-v1': {
        endpoints: [{ steps: [work, call('http://details:9080/details/0'), call('http://reviews:9080/reviews/0')] }],
      },
      'details-v1': { endpoints: [{ steps: [work] }] },
      'reviews-v1': { endpoints: [{ steps: [work] }] },
      'reviews-v2': { endpoints: [{ steps: [work, call('http://ratings:9080/ratings/0')] }] },
      'reviews-v3': { endpoints: [{ steps: [work, call('http://ratings:9080/ratings/0')] }] },
      'ratings-v1': { endpoints: [{ steps: [work] }] },
    },
    traffic: [
      { name: 'all', from: { gateway: 'istio-ingressgateway' }, rate: '40/s', to: 'http://bookinfo.com/productpage' },
      {
        name: 'jason',
        from: { gateway: 'istio-ingressgateway' },
        rate: '5/s',
        requests: [{ name: 'page', to: 'http://bookinfo.com/productpage', headers: { 'end-user': 'jason' } }],
      },
    ],
    run: { duration: '30s', warmup: '5s' },
  },
};

async function compared(routes: string, change: string): Promise<Comparison> {
  const folder = folderOf({
    's.yaml': JSON.stringify(SCENARIO),
    'bookinfo.yaml': corpusText(`${BOOKINFO}/platform/kube/bookinfo.yaml`),
    'gateway.yaml': corpusText(`${NETWORKING}/bookinfo-gateway.yaml`),
    'rules.yaml': corpusText(`${NETWORKING}/destination-rule-all.yaml`),
    'routes.yaml': corpusText(`${NETWORKING}/${routes}`),
    'change.yaml': corpusText(`${NETWORKING}/${change}`),
  });
  const { stdout } = await say(folder, [
    'compare',
    's.yaml',
    '--with',
    resolve(folder, 'change.yaml'),
    '--format',
    'json',
  ]);
  return (JSON.parse(stdout) as Report & { comparison: Comparison }).comparison;
}

/** The line of a file on which a text stands first. */
function lineOf(file: string, text: string): number {
  return (
    corpusText(`${NETWORKING}/${file}`)
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

withCorpus(() => {
  test('the tutorial of fault injection: nobody calls ratings yet, so that the delay for jason changes nothing', async () => {
    const { metrics, causes } = await compared(
      'virtual-service-all-v1.yaml',
      'virtual-service-ratings-test-delay.yaml',
    );
    for (const { name, difference } of metrics.filter(({ traffic }) => traffic !== null))
      expect(difference, name).toBe(0);
    expect(causes).toEqual([]);
  });

  test('shifting the reviews to v3: they ask ratings, and pages take longer by that', async () => {
    const { metrics, causes, changes } = await compared(
      'virtual-service-all-v1.yaml',
      'virtual-service-reviews-v3.yaml',
    );
    const mean = metrics.find(({ name, traffic }) => name === 'mean' && traffic === 'all')!;
    expect(mean.verdict).toBe('worse');
    expect(changes).toMatchObject([
      {
        resource: 'VirtualService/default/reviews',
        path: 'spec.http[0].route[0].destination.subset',
        before: 'v1',
        after: 'v3',
        file: 'change.yaml',
        line: lineOf('virtual-service-reviews-v3.yaml', 'subset: v3'),
      },
    ]);
    expect(causes.find(({ metric, traffic }) => metric === 'mean' && traffic === 'all')).toMatchObject({
      edge: { source: 'reviews-v3', destination: 'ratings' },
      baseMs: 0,
      file: 'change.yaml',
    });
    const load = metrics.find(({ name, service }) => name === 'load' && service === 'ratings')!;
    expect(load).toMatchObject({ base: 0, verdict: 'more' });
    expect(load.candidate).toBeCloseTo(45, -1);
  });

  test('the delay for jason, once reviews ask ratings: seven seconds, for him alone', async () => {
    const { metrics, causes } = await compared(
      'virtual-service-reviews-v3.yaml',
      'virtual-service-ratings-test-delay.yaml',
    );
    const [all, jason] = ['all', 'jason'].map(
      (source) => metrics.find(({ name, traffic }) => name === 'mean' && traffic === source)!,
    );
    expect(jason!.difference! / 1000).toBeCloseTo(7, 1);
    expect(Math.abs(all!.difference!)).toBeLessThan(0.05 * all!.base!);
    expect(causes.find(({ metric, traffic }) => metric === 'mean' && traffic === 'jason')).toMatchObject({
      edge: { source: 'reviews-v3', destination: 'ratings' },
      mechanism: 'injected',
      file: 'change.yaml',
    });
  });
});
