import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { countOf, reportOf, successIn, trafficOf } from './shipped.js';

describe('zone-outage', () => {
  let report: Report;
  beforeAll(async () => {
    report = await reportOf('zone-outage', { settings: ['run.replications=2'] });
  });

  test('machines that die cost nobody anything: refused connections are tried elsewhere', () => {
    for (const traffic of ['bare', 'contained']) {
      expect(successIn(report, traffic, 0, 30)).toBe(1);
      expect(successIn(report, traffic, 30, 145)).toBeGreaterThan(0.999);
    }
  });

  // Even picks would lose a third; LEAST_REQUEST avoids pods at which requests hang.
  test('a network that dies costs the one a fifth of its answers until its nodes are given up, the other none', () => {
    expect(successIn(report, 'bare', 150, 191)).toBeGreaterThan(2 / 3);
    expect(successIn(report, 'bare', 150, 191)).toBeLessThan(0.9);
    expect(successIn(report, 'contained', 150, 191)).toBeGreaterThan(0.997);
  });

  test('both are well once the nodes are given up, and when they come back', () => {
    for (const traffic of ['bare', 'contained']) {
      expect(successIn(report, traffic, 200, 270)).toBeGreaterThan(0.9999);
    }
  });

  // The pods are back, and hidden from nobody, five seconds after their network is.
  test('it is as before within seconds of the last fault', () => {
    expect(report.stability).toMatchObject({ verdict: 'recovered', loop: null });
    expect(report.stability!.afterSeconds).toBeLessThan(10);
  });

  test('what contains it is ejection of the two lost pods, which half of the pods may be', () => {
    expect(countOf(report, 'portal', 'balances', 'ejections_total')).toBeGreaterThan(0);
    expect(countOf(report, 'portal', 'balances', 'ejections_overflow')).toBe(0);
    expect(countOf(report, 'portal', 'statements', 'ejections_total')).toBe(0);
  });

  test('the contained source holds its objectives, the bare one does not', () => {
    const passed = report.objectives.map(({ traffic, pass }) => `${traffic} ${pass}`).sort();
    expect(passed).toEqual(['bare false', 'contained true', 'contained true']);
  });

  // The portal gives up on a lost pod after 2 s, a short try after 250 ms.
  test('one request in a hundred of the bare source waits 2 s, of the contained a fifth of a second at most', () => {
    const [bare, contained] = [trafficOf(report, 'bare'), trafficOf(report, 'contained')];
    expect(bare.latencyMs.p99).toBeGreaterThan(1_900);
    expect(contained.latencyMs.p99).toBeLessThan(200);
  });
});
