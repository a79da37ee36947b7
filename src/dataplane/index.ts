export type { Admission, Doors, Guard } from './admission.js';
export { assemblePlane } from './assembly.js';
export { Attempt } from './attempt.js';
export type { CallOwner } from './call.js';
export { Call, innermostRow } from './call.js';
export { ClusterState } from './cluster.js';
export { CpuQuota } from './cpu-quota.js';
export type { RequestHash } from './hash-table.js';
export { hashRequest } from './hash-table.js';
export { HashTables } from './hash-tables.js';
export { isDialledByName } from './host-selection.js';
export { InboundPool } from './inbound-pool.js';
export type { Message } from './message.js';
export { MessageBook } from './message.js';
export type { Partition, Site, Slowdown } from './network.js';
export { Network } from './network.js';
export { OutlierDetection } from './outlier-detection.js';
export type {
  ClusterConfig,
  NodeChoice,
  Plan,
  PlannedDestination,
  PlannedMirror,
  PlanVersions,
  ServerSide,
} from './plan.js';
export type { Plane } from './plane.js';
export type { ErrorFault, WorkloadRuntime } from './pod.js';
export { Pod } from './pod.js';
export type * from './program.js';
export type { CpuCost } from './proxy.js';
export { ProxyProcess } from './proxy.js';
export type { RateLimit } from './rate-limit.js';
export type { AttemptEnd, RetryRule } from './retry.js';
export { backoffMs, isRetriable, retryBits } from './retry.js';
export type { Status } from './status.js';
export {
  asHttpStatus,
  DC,
  FLAG_NAMES,
  flagNames,
  grpcOf,
  grpcStatus,
  isSuccess,
  localReplyToGrpc,
  NC,
  NO_ANSWER,
  NR,
  statusIn,
  statusName,
  TCP_OK,
  TCP_RESET,
  UH,
} from './status.js';
export { Strand } from './strand.js';
export type { ZtunnelCost } from './ztunnel.js';
export { Ztunnel } from './ztunnel.js';
