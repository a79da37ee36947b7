import type { Recording } from '../../telemetry/index.js';
import type { Report, WorkloadReport } from '../report-document.js';
import { sum } from '../traffic-findings.js';
import { COST, capacityOf } from '../workload-findings.js';
import type { SweepPoint, SweptCost, SweptSetting } from './document.js';

/** What a point gave, of its report and, for what a report does not say by replication, its recordings. */
export function sweepPointOf(
  report: Report,
  recordings: readonly Recording[],
  input: string,
  settings: readonly SweptSetting[],
): SweepPoint {
  const { drymesh, seed, replications, simulatedSeconds, warmupSeconds, complete, stopped, objectives, stability } =
    report;
  return {
    schema: 'drymesh.dev/sweep-point/v1',
    input,
    drymesh,
    settings,
    seed,
    replications,
    simulatedSeconds,
    warmupSeconds,
    complete,
    stopped,
    traffic: report.traffic.map(({ name, kind, requests, ratePerSecond, success, latencyMs, replicates }) => ({
      name,
      kind,
      requests,
      ratePerSecond,
      success,
      latencyMs,
      replicates,
    })),
    cost: costOf(report, recordings),
    workloads: report.workloads.map(({ name, replicas, utilization, workerUtilization, queue }) => ({
      name,
      replicas,
      utilization,
      workerUtilization,
      queueMean: queue.mean,
    })),
    objectives,
    stability,
  };
}

function costOf({ workloads, capacity, traffic: sources }: Report, recordings: readonly Recording[]): SweptCost {
  const traffic = sources.map(({ requests, success }) => ({ requests, ratio: success.ratio }));
  const total = (part: (workload: WorkloadReport) => number) => sum(workloads.map(part));
  const cores = (cost: (typeof COST)[keyof typeof COST]) => total(({ kind, cpuCores }) => cost({ kind, ...cpuCores }));
  return {
    vcpu: { app: cores(COST.app), proxy: cores(COST.proxy), gateway: cores(COST.gateway) },
    vcpuPer1000Rps: capacity.vcpuPer1000Rps,
    vcpuPer1000Successful: perSuccessful(vcpuOf(capacity.vcpuPer1000Rps), pooledRatio(traffic)),
    pods: total(({ kind, replicas }) => (kind === 'external' ? 0 : replicas)),
    replicates: recordings.map((recording) => vcpuOf(capacityOf([recording]).vcpuPer1000Rps)),
  };
}

/** Applications, proxies and gateways together; null without requests. */
export function vcpuOf({ app, proxy, gateway }: Report['capacity']['vcpuPer1000Rps']): number | null {
  return app === null || proxy === null || gateway === null ? null : app + proxy + gateway;
}

/** Of what 1000 requests/s cost what 1000 do that succeed. */
export function perSuccessful(per1000: number | null, ratio: number | null): number | null {
  return per1000 === null || ratio === null || ratio === 0 ? null : per1000 / ratio;
}

/** Of all sources together; null without requests. */
export function pooledRatio(
  counts: readonly { readonly requests: number; readonly ratio: number | null }[],
): number | null {
  const requests = sum(counts.map((count) => count.requests));
  const failed = sum(counts.map((count) => count.requests * (1 - (count.ratio ?? 1))));
  return requests === 0 ? null : 1 - failed / requests;
}
