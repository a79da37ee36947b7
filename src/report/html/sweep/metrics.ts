import type { Interval } from '../../../analysis/index.js';
import { type NumberedPoint, type Sweep, successOf, vcpuPer1000RpsOf } from '../../../analysis/sweep/index.js';
import { formatFigure, formatInterval, formatMs, formatPercent } from '../../figures.js';

/** One figure of a point, as charts draw it. */
export interface Reading {
  readonly value: number;
  readonly ci95: Interval | null;
  readonly text: string;
}

/** A figure that charts show over the settings. */
export interface Metric {
  readonly title: string;
  readonly axisTitle: string;
  /** Of the axis. */
  readonly format: string;
  /** On a logarithmic axis; latencies span decades. */
  readonly isLog: boolean;
  readonly better: 'more' | 'less';
  /** A line for each of these, by index; at least one. */
  readonly series: readonly string[];
  /** What objectives ask for, as written. */
  readonly targets: readonly { readonly value: number; readonly name: string }[];
  of(point: NumberedPoint, series: number): Reading | null;
}

/** The p99 of each of these sources. */
export function p99Metric(sources: readonly string[], points: readonly NumberedPoint[]): Metric {
  return {
    title: 'p99 latency',
    axisTitle: 'p99, ms (log)',
    format: ',~f',
    isLog: true,
    better: 'less',
    series: sources,
    targets: targetsOf('p99', points),
    of: ({ traffic }, series) => {
      const latencyMs = traffic.find(({ name }) => name === sources[series])?.latencyMs;
      const p99 = latencyMs?.p99 ?? null;
      if (latencyMs === undefined || p99 === null) return null;
      const { p99: ci95 } = latencyMs.ci95;
      return { value: p99, ci95, text: `${formatMs(p99)}, 95 %: ${formatInterval('ms', ci95)}` };
    },
  };
}

/** The success of each of these sources. */
export function successMetric(sources: readonly string[], points: readonly NumberedPoint[]): Metric {
  return {
    title: 'Success',
    axisTitle: 'success',
    format: '.3~%',
    isLog: false,
    better: 'more',
    series: sources,
    targets: targetsOf('success', points),
    of: ({ traffic }, series) => {
      const success = traffic.find(({ name }) => name === sources[series])?.success;
      const ratio = success?.ratio ?? null;
      if (success === undefined || ratio === null) return null;
      return {
        value: ratio,
        ci95: success.ci95,
        text: `${formatPercent(ratio)}, 95 %: ${formatInterval('ratio', success.ci95)}`,
      };
    },
  };
}

/** Of all sources together. */
export const ALL_SUCCESS: Metric = {
  title: 'Success',
  axisTitle: 'success',
  format: '.3~%',
  isLog: false,
  better: 'more',
  series: ['all traffic'],
  targets: [],
  of: (point) => {
    const { value } = successOf(point);
    return value === null ? null : { value, ci95: null, text: formatPercent(value) };
  },
};

export const COST: Metric = {
  title: 'vCPU per 1000 requests/s',
  axisTitle: 'vCPU per 1000 rps',
  format: ',~f',
  isLog: false,
  better: 'less',
  series: ['applications, proxies and gateways'],
  targets: [],
  of: (point) => {
    const { value } = vcpuPer1000RpsOf(point);
    if (value === null) return null;
    const { app, proxy, gateway } = point.cost.vcpuPer1000Rps;
    const parts = `${formatFigure(app)} applications, ${formatFigure(proxy)} proxies, ${formatFigure(gateway)} gateways`;
    return { value, ci95: null, text: `${formatFigure(value)}: ${parts}` };
  },
};

/** How busy the busiest workloads are: their CPU, or their workers where these are busier. */
export function loadMetric(workloads: readonly string[]): Metric {
  return {
    title: 'Load of the busiest workloads: CPU, or workers where these are busier',
    axisTitle: 'load',
    format: '.0%',
    isLog: false,
    better: 'less',
    series: workloads,
    targets: [],
    of: (point, series) => {
      const load = loadOf(point, workloads[series]!);
      return load === null ? null : { value: load, ci95: null, text: formatPercent(load, 0) };
    },
  };
}

/** The workloads that are busiest at some point, at most so many. */
export function busiestWorkloads({ points }: Sweep, most: number): readonly string[] {
  const peaks = new Map<string, number>();
  for (const point of points) {
    for (const { name } of point.workloads) {
      const load = loadOf(point, name);
      if (load !== null) peaks.set(name, Math.max(load, peaks.get(name) ?? 0));
    }
  }
  return [...peaks]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([name]) => name);
}

function loadOf({ workloads }: NumberedPoint, name: string): number | null {
  const workload = workloads.find((each) => each.name === name);
  if (workload === undefined) return null;
  const { utilization, workerUtilization } = workload;
  return utilization === null && workerUtilization === null ? null : Math.max(utilization ?? 0, workerUtilization ?? 0);
}

/** Of all points, each target once. */
function targetsOf(metric: string, points: readonly NumberedPoint[]): Metric['targets'] {
  const objectives = points.flatMap((point) => point.objectives).filter((objective) => objective.metric === metric);
  return [...new Map(objectives.map(({ target, name }) => [target, name]))].map(([value, name]) => ({ value, name }));
}
