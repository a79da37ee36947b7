import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { found } from '../manifests/support.js';
import { expectBinomial } from './binomial.js';
import { callsTo, countOf, prepare, reportOf, SCENARIOS, trafficOf } from './shipped.js';

describe('guide', () => {
  let report: Report;
  beforeAll(async () => {
    const settings = ['run.duration=15s', 'run.warmup=3s', 'faults[0].at=5s', 'faults[0].for=5s'];
    report = await reportOf('guide', { settings });
  });

  test('its reader is told what would surprise', () => {
    const told = prepare('guide').diagnostics.map(({ code, file }) => `${file} ${code}`);
    expect(told).toEqual([
      'manifests/api-service.yaml mtls-permissive',
      'manifests/api-service.yaml limit-per-proxy',
      'manifests/api-service.yaml outlier-too-few-hosts',
      'manifests/api-service.yaml IST0133',
      'manifests/my-service.yaml weight-zero-dropped',
    ]);
  });

  test('the weights split 90/10, 100/0 and 95/5', () => {
    const api = callsTo(report, 'istio-ingressgateway', 'api-service');
    expectBinomial(api['api-service-v2']!, api['api-service-v1']! + api['api-service-v2']!, 0.9);
    for (const caller of ['api-service-v1', 'api-service-v2']) {
      expect(Object.keys(callsTo(report, caller, 'my-service'))).toEqual(['my-service-blue']);
      const reviews = callsTo(report, caller, 'reviews');
      expectBinomial(reviews['reviews-v2']!, reviews['reviews-v1']! + reviews['reviews-v2']!, 0.05);
    }
  });

  // 5 pods, 10 %: not even one may be out.
  test('the crashed pod is found out and not ejected', () => {
    expect(countOf(report, 'istio-ingressgateway', 'api-service', 'ejections_overflow')).toBeGreaterThan(0);
    expect(countOf(report, 'istio-ingressgateway', 'api-service', 'ejections_total')).toBe(0);
  });

  test('no client sees that the canary fails', () => {
    const canary = report.edges.filter(({ workload }) => workload === 'reviews-v2');
    expect(canary.some(({ codes }) => codes['500']! > 0)).toBe(true);
    expect(trafficOf(report, 'clients').success.ratio).toBeGreaterThan(0.999);
  });

  // What the README says: a request passes a proxy six times, at the preset's 0.20 vCPU per 1000 requests/s.
  test('1000 requests/s take 1.2 vCPU of proxies and 0.78 GB', () => {
    const { proxy, gateway } = report.capacity.vcpuPer1000Rps;
    expect(proxy! + gateway!).toBeGreaterThan(1.17);
    expect(proxy! + gateway!).toBeLessThan(1.23);
    expect(report.workloads.reduce((sum, { memoryBytes }) => sum + memoryBytes.proxy, 0)).toBe(780_000_000);
  });
});

test('without the subsets that tutorials leave out, the guide gets IST0101', () => {
  const text = ['ingress', 'api-service']
    .map((file) => readFileSync(join(SCENARIOS, 'guide/manifests', `${file}.yaml`), 'utf8'))
    .join('---\n');
  const missing = (yaml: string) => found(yaml).filter((row) => row.includes('IST0101')).length;
  expect(missing(text)).toBe(0);
  expect(missing(text.slice(0, text.indexOf('  subsets:')))).toBe(2);
});
