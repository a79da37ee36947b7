import type { Pod } from '../dataplane/index.js';

/** A connection from a source to the pod of a gateway, kept between requests. */
export interface ClientConnection {
  readonly pod: Pod;
  /** Worker thread of the gateway's proxy. */
  readonly worker: number;
  readonly epoch: number;
}

/** Where a source's requests enter the mesh. */
export type Entry =
  /** Over the network to the pods of a gateway, which kube-proxy or a load balancer picks at random by connection. */
  | { readonly kind: 'gateway'; readonly pods: readonly Pod[] }
  /** Sent by the pods of a workload in turn, each through its own sidecar if it has one. */
  | { readonly kind: 'workload'; readonly pods: readonly Pod[] }
  /** Straight to the pods of the service, without a proxy. */
  | { readonly kind: 'outside' };
