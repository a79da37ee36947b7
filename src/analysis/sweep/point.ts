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

function costOf({ workloads, capacity }: Report, recordings: readonly Recording[]): SweptCost {
  const total = (part: (workload: WorkloadReport) => number) => sum(workloads.map(part));
  const cores = (cost: (typeof COST)[keyof typeof COST]) => total(({ kind, cpuCores }) => cost({ kind, ...cpuCores }));
  return {
    vcpu: { app: cores(COST.app), proxy: cores(COST.proxy), gateway: cores(COST.gateway) },
    vcpuPer1000Rps: capacity.vcpuPer1000Rps,
    pods: total(({ kind, replicas }) => (kind === 'external' ? 0 : replicas)),
    replicates: recordings.map((recording) => vcpuOf(capacityOf([recording]).vcpuPer1000Rps)),
  };
}

/** Applications, proxies and gateways together; null without requests. */
export function vcpuOf({ app, proxy, gateway }: Report['capacity']['vcpuPer1000Rps']): number | null {
  return app === null || proxy === null || gateway === null ? null : app + proxy + gateway;
}
