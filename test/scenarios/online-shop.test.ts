import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { expectBinomial } from './binomial.js';
import { callsTo, edgeOf, prepare, reportOf, trafficOf } from './shipped.js';

/** The ads are slow from 20 s to 40 s. */
const SHORT = ['run.duration=60s', 'run.warmup=5s', 'run.replications=2', 'faults[0].at=20s', 'faults[0].for=20s'];

describe('online-shop', () => {
  let report: Report;
  beforeAll(async () => {
    report = await reportOf('online-shop', { settings: SHORT });
  });

  test('eleven services, a gateway, a database and a payment provider', () => {
    const kinds = report.workloads.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'app').length).toBe(12);
    expect(kinds.filter((kind) => kind === 'gateway').length).toBe(1);
    expect(kinds.filter((kind) => kind === 'external').length).toBe(1);
  });

  test('its pods stand in two zones', () => {
    const { blueprint } = prepare('online-shop');
    const storefront = blueprint!.byName.get('shop/storefront')!;
    expect(storefront.podZones.filter((zone) => zone === 0).length).toBe(2);
    expect(storefront.podZones.filter((zone) => zone === 1).length).toBe(2);
  });

  test('one request of the mix in 25 is an order, and each order is paid, stored and shipped', () => {
    const shoppers = trafficOf(report, 'shoppers');
    const orders = callsTo(report, 'shop/storefront', 'shop/checkout')['shop/checkout']!;
    expectBinomial(orders, shoppers.requests, 0.04);
    expect(edgeOf(report, 'shop/checkout', 'shop/payment').requests).toBe(orders);
    const paid = edgeOf(report, 'shop/checkout', 'shop/payment').codes['grpc:0']!;
    expect(edgeOf(report, 'shop/checkout', 'shop/database').codes).toEqual({ 'tcp:ok': paid });
    expect(edgeOf(report, 'shop/shipping', 'shop/database').codes).toEqual({ 'tcp:ok': paid });
  });

  test('no page waits longer than 150 ms for slow ads, and every objective holds', () => {
    const ads = edgeOf(report, 'shop/storefront', 'shop/ads');
    expect(ads.flags.UT).toBeGreaterThan(0);
    expect(ads.latencyMs.max).toBeLessThan(151);
    expect(report.objectives.filter(({ pass }) => !pass)).toEqual([]);
  });

  test('without that timeout pages wait the 400 ms', async () => {
    const report = await reportOf('online-shop', {
      settings: [...SHORT, 'VirtualService/shop/ads:spec.http[0].timeout=null'],
    });
    expect(trafficOf(report, 'apps').latencyMs.p99).toBeGreaterThan(400);
    expect(report.objectives.some(({ pass }) => !pass)).toBe(true);
  });
});
