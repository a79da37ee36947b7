import { station, virtualService } from '../support/stations.js';
import { otherPods } from '../surprises/documents.js';

/** What several tests of interplay write in their meshes. */

/** A resource of Istio's networking API. */
export function resource(kind: string, name: string, spec: object, namespace = 'default'): string {
  return `---\n${JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace }, spec })}\n`;
}

/** All requests of a fault. */
export const always = (fault: object) => ({ ...fault, percentage: { value: 100 } });

/** Works for a while, then answers with this status. */
export const endsWith = (status: number, wait = '10ms') => ({
  endpoints: [{ steps: [{ wait }], respond: { status } }],
});

/** Answers every call of gRPC with this status. */
export const answers = (status: string) => ({ endpoints: [{ respond: { errors: { [status]: '100%' } } }] });

/** Ejected for good after so many errors. */
export const ejectingAfter = (consecutive5xxErrors: number, more: object = {}) => ({
  outlierDetection: { consecutive5xxErrors, maxEjectionPercent: 100, baseEjectionTime: '1h', ...more },
});

/** One pod each behind `server`, and nobody else there. */
export const STABLE_AND_CANARY = {
  manifests: otherPods('stable', 1) + otherPods('canary', 1),
  replicas: 0,
  subsets: ['stable', 'canary'].map((name) => ({ name, labels: { kind: name } })),
};

export const to = (subset: string) => ({ destination: { host: 'server', subset } });

/** The service has a port of gRPC beside that of HTTP. */
export const GRPC = {
  url: 'grpc://server:7070/pkg.Service/Method',
  manifests: `---
{apiVersion: v1, kind: Service, metadata: {name: server}, spec: {selector: {app: server}, ports: [{name: http, port: 80}, {name: grpc, port: 7070, targetPort: 80}]}}
`,
};

/** A workload between caller and server, which makes this call for each request; `http`: of its own VirtualService. */
export function middle(call: object, http?: object) {
  return {
    manifests: station('middle', { sidecar: true }) + (http === undefined ? '' : virtualService('middle', http)),
    workloads: { middle: { endpoints: [{ steps: [{ call }] }] } },
    url: 'http://middle/',
  };
}
