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

/** Cores over all sources together; external hosts cost nothing here. */
export function capacityOf(recordings: readonly Recording[]): Report['capacity'] {
  const observedMs = sum(recordings.map((recording) => recording.observedMs));
  const arrived = sum(recordings.map((recording) => recording.arrived));
  const workloads = recordings.flatMap((recording) => recording.workloads);
  const cores = (cpuMs: (record: WorkloadRecord) => number) =>
    observedMs === 0 ? 0 : sum(workloads.map(cpuMs)) / observedMs;
  const per = (cpuMs: (record: WorkloadRecord) => number) => per1000Rps(cores(cpuMs), arrived, observedMs);
  return {
    vcpuPer1000Rps: {
      app: per(({ kind, appCpuMs }) => (kind === 'app' ? appCpuMs : 0)),
      proxy: per(({ kind, proxyCpuMs }) => (kind === 'app' || kind === 'waypoint' ? proxyCpuMs : 0)),
      gateway: per(({ kind, proxyCpuMs }) => (kind === 'gateway' ? proxyCpuMs : 0)),
      controlPlane: null,
    },
  };
}

function per1000Rps(cores: number, requests: number, observedMs: number): number | null {
  return requests === 0 ? null : (cores / (requests / (observedMs / 1000))) * 1000;
}
