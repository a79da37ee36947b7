import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { expectBinomial } from './binomial.js';
import { callsTo, countOf, reportOf, trafficOf } from './shipped.js';

/** The crash from 10 s to 20 s, the slow ratings from 30 s to 40 s. */
const SHORT = ['run.duration=50s', 'run.warmup=5s', 'faults[0].at=10s', 'faults[0].for=10s', 'faults[1].at=30s'];

describe('bookinfo', () => {
  let report: Report;
  beforeAll(async () => {
    report = await reportOf('bookinfo', { settings: [...SHORT, 'faults[1].for=10s'] });
  });

  test('nobody goes without a page, and every objective holds', () => {
    for (const { codes } of report.traffic) expect(Object.keys(codes)).toEqual(['200']);
    expect(report.objectives.map(({ pass }) => pass)).toEqual([true, true, true, true]);
  });

  test('readers get v3 of the reviews one time in ten, testers v2 always', () => {
    const calls = callsTo(report, 'productpage-v1', 'reviews');
    const readers = calls['reviews-v1']! + calls['reviews-v3']!;
    expectBinomial(calls['reviews-v3']!, readers, 0.1);
    expect(calls['reviews-v2']).toBe(trafficOf(report, 'testers').requests);
  });

  test('v1 asks for no ratings, v2 and v3 do each time', () => {
    const reviews = callsTo(report, 'productpage-v1', 'reviews');
    expect(callsTo(report, 'reviews-v1', 'ratings')).toEqual({});
    expect(callsTo(report, 'reviews-v2', 'ratings')['ratings-v1']).toBe(reviews['reviews-v2']);
    expect(callsTo(report, 'reviews-v3', 'ratings')['ratings-v1']).toBe(reviews['reviews-v3']);
  });

  test('the crash is met by retries, and by one ejection in each of the two proxies that call', () => {
    expect(countOf(report, 'productpage-v1', 'reviews', 'upstream_rq_retry_success')).toBeGreaterThan(0);
    expect(countOf(report, 'productpage-v1', 'reviews', 'ejections_total')).toBe(2 * report.replications);
  });

  test('slow ratings reach the testers, who all see stars', () => {
    const { p50Ms } = report.timeline.traffic.testers!;
    const slow = p50Ms.slice(31, 40).map((ms) => ms! > 150);
    expect(slow).toEqual(slow.map(() => true));
    expect(report.timeline.traffic.readers!.p50Ms.every((ms) => ms! < 50)).toBe(true);
  });
});
