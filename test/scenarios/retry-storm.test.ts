import { expect, test } from 'vitest';
import { countOf, reportOf, successIn } from './shipped.js';

/** The fault is over at 32 s. */
const SHORT = ['run.duration=60s', 'run.warmup=5s', 'run.replications=2'];
const RETRIES = 'DestinationRule/default/stock:spec.trafficPolicy.connectionPool.http.maxRetries';

test('two slow seconds take everything down, and down it stays', async () => {
  const report = await reportOf('retry-storm', { settings: SHORT });
  expect(successIn(report, 'shoppers', 0, 30)).toBeGreaterThan(0.999);
  expect(successIn(report, 'shoppers', 32, 60)).toBe(0);
  expect(report.objectives[0]!.pass).toBe(false);
  const { verdict, afterSeconds, loop } = report.stability!;
  expect({ verdict, afterSeconds }).toEqual({ verdict: 'down', afterSeconds: null });
  expect(loop).toMatch(/^retries x timeouts on storefront → stock: (3\.[89]|4\.0) attempts a call, \d+ % time out/);
  expect(loop).toContain('(manifests/stock.yaml:39)'); // the retries of its VirtualService
});

// Each try that ends late is repeated three times: four times the calls are 1,600 a second where 800 can be done.
test('in the storm every call is tried four times', async () => {
  const report = await reportOf('retry-storm', { settings: [...SHORT, 'faults[0].at=0s'] });
  const calls = report.edges.find(({ source }) => source === 'storefront')!.requests;
  const retries = countOf(report, 'storefront', 'stock', 'upstream_rq_retry');
  expect(retries / calls).toBeGreaterThan(2.99);
  expect(retries / calls).toBeLessThanOrEqual(3);
});

// 3 proxies x 10 retries of at most 500 ms are 60 more calls a second, and a budget of 20 % is a quarter more (Envoy's
// is a share of all that is active): 460 and 500 a second are within what can be done. No retries, no tries that end.
const MENDED = [
  `${RETRIES}=10`,
  'DestinationRule/default/stock:spec.trafficPolicy={retryBudget: {percent: 20}}',
  'VirtualService/default/stock:spec.http[0].retries={attempts: 0}',
];

test.each(MENDED)('with %s it recovers', async (setting) => {
  const report = await reportOf('retry-storm', { settings: [...SHORT, setting] });
  expect(successIn(report, 'shoppers', 45, 60)).toBeGreaterThan(0.999);
  expect(report.stability).toMatchObject({ verdict: 'recovered', loop: null });
  expect(report.stability!.afterSeconds).toBeLessThanOrEqual(3);
});

// 3 proxies x 100 retries of 500 ms: 400 + 600 calls a second.
test('a limit of 100 retries is too high to help', async () => {
  const report = await reportOf('retry-storm', { settings: [...SHORT, `${RETRIES}=100`] });
  expect(successIn(report, 'shoppers', 45, 60)).toBeLessThan(0.01);
  expect(report.stability!.verdict).toBe('down');
});
