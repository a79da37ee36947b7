import type { Origin } from './origin.js';
import type { ConnectionPoolPolicy } from './policies.js';
import type { Labels, Protocol } from './service.js';

/** An Istio Sidecar: what the selected proxies know of the mesh. */
export interface SidecarScope {
  readonly origin: Origin;
  readonly name: string;
  readonly namespace: string;
  /** Null: every workload of the namespace (of the mesh, in the root namespace). */
  readonly workloadSelector: Labels | null;
  /** Null: egress not written, everything is known. */
  readonly egress:
    | readonly {
        readonly port: number | null;
        /** What the port is declared as; absent: nothing. */
        readonly protocol?: Protocol;
        /** `excluded`: taken away again, whatever else lets it in. */
        readonly hosts: readonly { readonly namespace: string; readonly host: string; readonly excluded?: boolean }[];
      }[]
    | null;
  readonly inboundConnectionPool: ConnectionPoolPolicy | null;
  /** What the workload's proxy takes in, in place of what its services declare. */
  readonly ingress: readonly {
    readonly port: number;
    readonly protocol: Protocol;
    readonly connectionPool: ConnectionPoolPolicy | null;
  }[];
  readonly outboundTrafficPolicy: 'allow-any' | 'registry-only' | null;
  readonly age: number;
}
