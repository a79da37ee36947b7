import { compareText } from '../diagnostics/index.js';
import type { Recording, WorkloadRecord } from '../telemetry/index.js';
import type { Report, WorkloadReport } from './report-document.js';
import { sum } from './traffic-findings.js';

/** What the pods of each workload did, replications pooled. */
export function workloadReports(recordings: readonly Recording[]): WorkloadReport[] {
  const observedMs = sum(recordings.map((recording) => recording.observedMs));
  const reports = recordings[0]!.workloads.map((_, index) =>
    workloadReport(
      recordings.map(({ workloads }) => workloads[index]!),
      observedMs,
    ),
  );
  return reports.sort((a, b) => compareText(a.name, b.name));
}

function workloadReport(records: readonly WorkloadRecord[], observedMs: number): WorkloadReport {
  const { name, kind, service, version, replicas, cores, workers, proxyMemoryBytes } = records[0]!;
  const perMs = (total: number) => (observedMs === 0 ? 0 : total / observedMs);
  const app = perMs(sum(records.map(({ appCpuMs }) => appCpuMs)));
  const proxy = perMs(sum(records.map(({ proxyCpuMs }) => proxyCpuMs)));
  const received = sum(records.map((record) => record.received));
  const busyWorkers = perMs(sum(records.map(({ busyWorkersMs }) => busyWorkersMs)));
  return {
    name,
    kind,
    service,
    version,
    replicas,
    cpuCores: { app, proxy },
    utilization: cores === 0 ? null : app / cores,
    workerUtilization: Number.isFinite(workers) && workers > 0 ? busyWorkers / workers : null,
    queue: {
      mean: replicas === 0 ? 0 : perMs(sum(records.map(({ queueMs }) => queueMs))) / replicas,
      max: Math.max(...records.map(({ queueMax }) => queueMax)),
    },
    vcpuPer1000Rps: { app: per1000Rps(app, received, observedMs), proxy: per1000Rps(proxy, received, observedMs) },
    memoryBytes: { proxy: proxyMemoryBytes },
  };
}

/** CPU that a workload used, of the application and of its proxies. */
interface Used {
  readonly kind: WorkloadRecord['kind'];
  readonly app: number;
  readonly proxy: number;
}

/** As what each use of CPU counts; external hosts cost nothing here. */
export const COST = {
  app: ({ kind, app }: Used) => (kind === 'app' ? app : 0),
  proxy: ({ kind, proxy }: Used) => (kind === 'app' || kind === 'waypoint' ? proxy : 0),
  gateway: ({ kind, proxy }: Used) => (kind === 'gateway' ? proxy : 0),
} as const;

/** Cores over all sources together. */
export function capacityOf(recordings: readonly Recording[]): Report['capacity'] {
  const observedMs = sum(recordings.map((recording) => recording.observedMs));
  const arrived = sum(recordings.map((recording) => recording.arrived));
  const workloads = recordings.flatMap((recording) => recording.workloads);
  const cores = (cpuMs: (record: WorkloadRecord) => number) =>
    observedMs === 0 ? 0 : sum(workloads.map(cpuMs)) / observedMs;
  const per = (cost: (used: Used) => number) =>
    per1000Rps(
      cores((record) => cost(usedMs(record))),
      arrived,
      observedMs,
    );
  return {
    vcpuPer1000Rps: {
      app: per(COST.app),
      proxy: per(COST.proxy),
      gateway: per(COST.gateway),
      controlPlane: null,
    },
  };
}

/** What a workload used, in ms of CPU. */
export function usedMs({ kind, appCpuMs, proxyCpuMs }: WorkloadRecord): Used {
  return { kind, app: appCpuMs, proxy: proxyCpuMs };
}

function per1000Rps(cores: number, requests: number, observedMs: number): number | null {
  return requests === 0 ? null : (cores / (requests / (observedMs / 1000))) * 1000;
}
