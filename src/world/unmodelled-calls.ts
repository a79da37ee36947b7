import { type ClusterConfig, isDialledByName, type Message } from '../dataplane/index.js';

/** What a call does in a mesh that it does not do here. `about`: tells the notes of one call apart. */
export interface Note {
  readonly about: string;
  readonly what: string;
  readonly help: string;
}

/** What is to be said of a call that a proxy sends to the pods of a cluster. */
export function unmodelledOf(cluster: ClusterConfig, message: Message): readonly Note[] {
  return [...ofItself(cluster), ...byConnections(cluster, message)];
}

/**
 * What a pod sends to its own address does not leave it by its sidecar.
 * Source: Istio 1.31, tools/istio-iptables/pkg/capture/run.go; pilot/pkg/networking/core/listener.go.
 */
function ofItself({ effective, rows }: ClusterConfig): readonly Note[] {
  const own = rows.find(({ name }) => name.source === name.workload)?.name.source ?? null;
  if (own === null || !isDialledByName(effective)) return [];
  const what = `a pod of ${own} that calls its own address goes by no proxy: that is not modelled, it goes by its sidecar`;
  const help = 'give the workload a Service of its own that is not headless, or take the call for one to another pod';
  return [{ about: 'self', what, help }];
}

/**
 * A proxy that sees connections alone, or passes them through, balances these, and all that an application sends on one
 * goes to one pod. Source: Envoy, source/common/tcp_proxy/tcp_proxy.cc, source/extensions/clusters/original_dst.
 */
function byConnections({ effective, pods }: ClusterConfig, { protocol }: Message): readonly Note[] {
  const isThrough = effective.balancer.kind === 'passthrough' && !isDialledByName(effective);
  const isOne = pods.filter(({ workloadRuntime }) => workloadRuntime.kind !== 'external').length < 2; // nobody outside is short of CPU
  if (protocol === 'tcp' || isOne || !(isThrough || effective.protocol === 'tcp')) return [];
  const why = isThrough ? 'they pass through' : 'the port is not declared as HTTP';
  const what = `connections to ${effective.service.host} are balanced, and not requests, for ${why}: here each request is`;
  const help = isThrough
    ? 'let the Sidecar know the host'
    : "name the port 'http-...' or 'grpc-...', if the proxy may see it";
  return [{ about: 'connections', what, help }];
}
