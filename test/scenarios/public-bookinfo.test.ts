import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { EXIT } from '../../src/cli/outside.js';
import { corpusFiles, withCorpus } from '../corpus/corpus.js';
import { folderOf, say } from '../support/outside.js';
import { expectBinomial } from './binomial.js';
import { callsTo, edgeOf, REPOSITORY, reportOf, trafficOf } from './shipped.js';

/**
 * Istio's own Bookinfo files, as they are published, with the behaviours and the traffic of the shipped scenario. The
 * tester is the user jason of the exercises. Source: istio.io, tasks "Fault Injection" and "Traffic Shifting".
 */
const CORPUS = '../shared/corpus';
const BOOKINFO = 'istio/samples/bookinfo';
const NETWORKING = `${BOOKINFO}/networking`;
const BASE = [
  `${BOOKINFO}/platform/kube/bookinfo.yaml`,
  `${NETWORKING}/bookinfo-gateway.yaml`,
  `${NETWORKING}/destination-rule-all.yaml`,
];
const QUIET = ['faults=[]', 'run.duration=60s', 'run.warmup=10s', 'run.replications=2'];

function change(files: readonly string[], settings: readonly string[] = []) {
  const manifests = [...BASE, ...files.map((file) => `${NETWORKING}/${file}.yaml`)];
  return { manifests: manifests.map((file) => `${CORPUS}/${file}`), settings: [...QUIET, ...settings] };
}

const apply = (files: readonly string[], settings?: readonly string[]) => reportOf('bookinfo', change(files, settings));

function expectPagesForAll(report: Report): void {
  for (const { codes } of report.traffic) expect(Object.keys(codes)).toEqual(['200']);
}

withCorpus(() => {
  // Reviews waits 10 s for its ratings, the product page 3 s for its reviews, twice: the sample's well-known mistake.
  test('7 s of delay on ratings: jason waits 6 s for a page without reviews, the others see nothing of it', async () => {
    const report = await apply(['virtual-service-reviews-test-v2', 'virtual-service-ratings-test-delay']);
    expectPagesForAll(report);
    const jason = trafficOf(report, 'testers');
    expect(jason.latencyMs.p50).toBeGreaterThan(6_000);
    expect(jason.latencyMs.p50).toBeLessThan(6_050);
    const reviews = edgeOf(report, 'productpage-v1', 'reviews-v2');
    expect(reviews.requests).toBe(2 * jason.requests);
    expect(reviews.codes).toEqual({ '0': reviews.requests });
    expect(edgeOf(report, 'reviews-v2', 'ratings-v1').flags).toHaveProperty('DI');
    expect(trafficOf(report, 'readers').latencyMs.p99).toBeLessThan(100);
  });

  // v3 of the sample waits 2.5 s, less than the page waits for it: the documented way to mend that.
  test('with v3 of the reviews jason waits 2.5 s for a page with reviews and without stars', async () => {
    const report = await apply(['virtual-service-reviews-v3', 'virtual-service-ratings-test-delay']);
    expectPagesForAll(report);
    const jason = trafficOf(report, 'testers');
    expect(jason.latencyMs.p50).toBeGreaterThan(2_500);
    expect(jason.latencyMs.p50).toBeLessThan(2_550);
    expect(edgeOf(report, 'productpage-v1', 'reviews-v3').success.ratio).toBe(1);
  });

  test('a delay of 2 s instead: reviews and stars come, 2 s later', async () => {
    const setting = 'VirtualService/default/ratings:spec.http[0].fault.delay.fixedDelay=2s';
    const report = await apply(['virtual-service-reviews-v3', 'virtual-service-ratings-test-delay'], [setting]);
    const jason = trafficOf(report, 'testers');
    expect(jason.latencyMs.p50).toBeGreaterThan(2_000);
    expect(jason.latencyMs.p50).toBeLessThan(2_050);
    expect(edgeOf(report, 'reviews-v3', 'ratings-v1').success.ratio).toBe(1);
  });

  test('an abort on ratings: jason gets his page at once, without stars', async () => {
    const report = await apply(['virtual-service-reviews-test-v2', 'virtual-service-ratings-test-abort']);
    expectPagesForAll(report);
    const jason = trafficOf(report, 'testers');
    expect(jason.latencyMs.p99).toBeLessThan(100);
    expect(edgeOf(report, 'productpage-v1', 'reviews-v2').success.ratio).toBe(1);
    const ratings = report.edges.find(({ source }) => source === 'reviews-v2')!;
    expect(ratings.codes).toEqual({ '500': jason.requests });
    expect(ratings.flags).toEqual({ FI: jason.requests });
    expect(ratings.attempts).toBe(0); // nothing reaches ratings
  });

  test('an abort on details: the page comes without them', async () => {
    const report = await apply(['fault-injection-details-v1']);
    expectPagesForAll(report);
    const details = report.edges.find(({ destination }) => destination === 'details')!;
    expect(details.codes).toEqual({ '555': details.requests });
  });

  const SPLITS = [
    { file: 'virtual-service-all-v1', share: { 'reviews-v1': 1 } },
    { file: 'virtual-service-reviews-90-10', share: { 'reviews-v1': 0.9, 'reviews-v2': 0.1 } },
    { file: 'virtual-service-reviews-80-20', share: { 'reviews-v1': 0.8, 'reviews-v2': 0.2 } },
    { file: 'virtual-service-reviews-50-v3', share: { 'reviews-v1': 0.5, 'reviews-v3': 0.5 } },
    { file: 'virtual-service-reviews-v2-v3', share: { 'reviews-v2': 0.5, 'reviews-v3': 0.5 } },
    { file: 'virtual-service-reviews-v3', share: { 'reviews-v3': 1 } },
  ];

  test.each(SPLITS)('$file splits as it says', async ({ file, share }) => {
    const calls = callsTo(await apply([file]), 'productpage-v1', 'reviews');
    expect(Object.keys(calls).sort()).toEqual(Object.keys(share));
    const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
    const [[first, expected]] = Object.entries(share) as [[string, number]];
    if (expected === 1) expect(calls[first]).toBe(total);
    else expectBinomial(calls[first]!, total, expected);
  });

  // No rule: every endpoint alike, two choices by the fewer requests.
  test('without a VirtualService all three versions are used', async () => {
    const calls = callsTo(await apply([]), 'productpage-v1', 'reviews');
    const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
    expect(Object.keys(calls).sort()).toEqual(['reviews-v1', 'reviews-v2', 'reviews-v3']);
    for (const count of Object.values(calls)) expect(count / total).toBeGreaterThan(0.3);
  });

  test('jason gets v2, the others v3', async () => {
    const report = await apply(['virtual-service-reviews-jason-v2-v3']);
    const calls = callsTo(report, 'productpage-v1', 'reviews');
    expect(calls['reviews-v2']).toBe(trafficOf(report, 'testers').requests);
    expect(Object.keys(calls).sort()).toEqual(['reviews-v2', 'reviews-v3']);
  });

  describe('every VirtualService of the folder runs, and each page is shown', () => {
    const files = corpusFiles(NETWORKING).filter((file) => file.includes('/virtual-service-'));
    const names = files.map((file) => file.slice(NETWORKING.length + 1, -'.yaml'.length));
    test.each(names)('%s', async (name) => {
      const { manifests, settings } = change([name], ['run.duration=5s', 'run.warmup=1s']);
      const out = folderOf({});
      const set = settings.flatMap((setting) => ['--set', setting]);
      const args = ['run', 'scenarios/bookinfo', '--manifests', ...manifests, ...set, '--out', out, '--format', 'json'];
      const { exit, stdout } = await say(REPOSITORY, args);
      expect([EXIT.done, EXIT.failed]).toContain(exit);
      const report = JSON.parse(stdout) as Report;
      expect(report.complete).toBe(true);
      expect(report.stopped).toBeNull();
      expectPagesForAll(report);
    });
  });
});
