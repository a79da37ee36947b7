import type { Report } from '../../src/analysis/index.js';
import { pods, serviceOf } from '../support/ambient.js';
import { reportOf } from '../support/run.js';

export interface Setup {
  readonly mesh: string;
  readonly platform?: object;
  readonly network?: string;
  readonly client?: object;
  readonly server?: object;
  readonly callers?: number;
  readonly replicas?: number;
  readonly rate?: string;
  readonly url?: string;
  readonly size?: string;
  readonly workloads?: object;
  readonly more?: string;
  readonly faults?: readonly object[];
  readonly traffic?: object;
}

/** A client calls a server for 100 s; nothing costs time but what is said. */
export async function call(setup: Setup): Promise<Report> {
  const { platform = {}, network = '0s', server = { endpoints: [{}] }, callers = 1, replicas = 1 } = setup;
  return reportOf({
    manifests: [
      setup.mesh,
      pods('client', { replicas: callers, ...setup.client }),
      pods('server', { replicas }),
      serviceOf('server'),
      setup.more ?? '',
    ].join(''),
    spec: {
      platform: { proxyCost: 'none', ...platform },
      network: { sameZone: network },
      workloads: { client: { endpoints: [] }, server, ...setup.workloads },
      traffic: [
        {
          name: 'load',
          from: { workload: 'client' },
          rate: setup.rate ?? '100/s',
          arrivals: 'constant',
          requests: [{ to: setup.url ?? 'http://server/', size: setup.size ?? '0B' }],
          ...setup.traffic,
        },
      ],
      faults: setup.faults ?? [],
      run: { duration: '100s', warmup: '0s', seed: 1, replications: 1 },
    },
  });
}

export const edge = (report: Report, source: string, workload: string) =>
  report.edges.find((each) => each.source === source && each.workload === workload)!;
