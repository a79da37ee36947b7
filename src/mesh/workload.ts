import type { Origin } from './origin.js';
import type { Labels } from './service.js';

/** The proxy beside an application, or the proxy that is a gateway or a waypoint. */
export interface ProxySettings {
  /** CPU limit of the proxy's container in cores, or null for none. Istio's default is 2. */
  readonly cpuLimit: number | null;
  /** Worker threads; 0 means one per core of the node. */
  readonly concurrency: number;
  /** How long it works on when its pod is told to leave. Default: Istio's 5 s. */
  readonly terminationDrainMs?: number;
  /** It then works on while there are connections, however long. */
  readonly exitsWhenIdle?: boolean;
  /** It answers its application's questions for names, and so may give hosts outside addresses of their own. */
  readonly capturesDns?: boolean;
  /** It does so by itself, as before Istio 1.25, when istiod began to. */
  readonly allocatesAddresses?: boolean;
  /** A native sidecar, which ends after its application. Default: that of the Istio version. */
  readonly native?: boolean;
}

/** What is said of a machine outside the cluster, a VM: each stands for itself, its CPU is never short. */
export interface Machine {
  /** `region/zone/subzone`, or null when not given. */
  readonly locality: string | null;
  /** Against the other endpoints of a service. */
  readonly weight: number;
  /** Its address is a name: only services that resolve names can have it as an endpoint. */
  readonly isName: boolean;
}

/** Anything with a pod template; one pod is one endpoint. A WorkloadEntry is one as well. */
export interface Workload {
  readonly origin: Origin;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Labels of the pods. */
  readonly labels: Labels;
  readonly replicas: number;
  readonly serviceAccount: string;
  /** Sum of the application containers' CPU limits in cores, or null when one has none. */
  readonly cpuLimit: number | null;
  /** Sum of their CPU requests in cores, or null when none is given. */
  readonly cpuRequest: number | null;
  /** Container ports by name, for a Service's named targetPort. */
  readonly namedPorts: Readonly<Record<string, number>>;
  readonly role: 'app' | 'gateway' | 'waypoint';
  /** From being told to leave until the pod is killed. Default: Kubernetes' 30 s. */
  readonly gracePeriodMs?: number;
  /** Null: in ambient mode, or outside the mesh. */
  readonly proxy: ProxySettings | null;
  /** Absent: pods of the cluster. */
  readonly machine?: Machine;
  /** The ztunnel of its node stands between it and the network. Never beside a proxy; absent: it does not. */
  readonly ambient?: true;
}

/** The name a person reads and the report uses; an implied gateway goes by its bare name. */
export function workloadName(workload: Pick<Workload, 'namespace' | 'name' | 'origin'>): string {
  if (workload.namespace === 'default' || workload.origin.generated) return workload.name;
  return `${workload.namespace}/${workload.name}`;
}
