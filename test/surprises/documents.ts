import { deployment } from '../support/stations.js';

/** Istio documents as people write them: the text of a `spec`, or of a part of it, and what all have in common around it. */
export function istio(kind: string, name: string, spec: string): string {
  const lines = spec.trim().split('\n');
  return `---
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
${lines.map((line) => `  ${line}`).join('\n')}
`;
}

/** For the host `server`, with this list of `http` rules. */
export function virtualService(http: string, name = 'server'): string {
  return istio('VirtualService', name, `hosts: [server]\nhttp:\n${http.trim()}`);
}

/** For the host `server`, with this `trafficPolicy`, and more of the `spec` behind it. */
export function destinationRule(trafficPolicy: string, more = ''): string {
  const policy = trafficPolicy.trim().split('\n');
  return istio(
    'DestinationRule',
    'server',
    `host: server\ntrafficPolicy:\n${policy.map((line) => `  ${line}`).join('\n')}\n${more.trim()}`,
  );
}

/** More pods behind the service `server` that do something else: a workload of its own, with the label `kind`. */
export function otherPods(name: string, replicas: number): string {
  return deployment(name, { app: 'server', labels: { kind: name }, replicas });
}

/** What a workload does, as the Scenario says it. */
export const OK = { endpoints: [{}] };
export const HANGS = { endpoints: [{ steps: [{ wait: '1h' }] }] };
export const fails = (status: number) => ({ endpoints: [{ respond: { status } }] });
export const takes = (wait: string) => ({ endpoints: [{ steps: [{ wait }] }] });
export const crashed = (workload: string) => [{ at: '0s', crash: { workload } }];
