import type { Origin } from './origin.js';
import type { Labels, Protocol } from './service.js';

export interface GatewayServer {
  readonly origin: Origin;
  /** As written; `listenerPorts` in mesh resolves what it means on a given gateway. */
  readonly port: number;
  readonly protocol: Protocol;
  /** Hosts it serves, `namespace/` prefix split off. */
  readonly hosts: readonly { readonly namespace: string; readonly host: string }[];
  /** The address it listens on; absent: every address. Not modelled, but it tells servers apart. */
  readonly bind?: string;
  readonly tls: {
    readonly mode: string;
    readonly httpsRedirect: boolean;
    /** The secret with its certificate; absent: files of the gateway's pod, or none. */
    readonly credentialName?: string;
  } | null;
}

/** An Istio Gateway: which ports and hosts the selected gateway workloads serve. */
export interface Gateway {
  readonly origin: Origin;
  readonly name: string;
  readonly namespace: string;
  readonly selector: Labels;
  readonly servers: readonly GatewayServer[];
  readonly age: number;
}
