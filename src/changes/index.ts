export { ControlPlane, type ControlPlaneOptions, pushThrottle } from './control-plane.js';
export { Debounce } from './debounce.js';
export type { Undo } from './disturbances.js';
export { addErrors, expireCertificates, partition, slowCpu, slowNetwork, slowWorkload } from './disturbances.js';
export type { LifecycleOptions } from './pod-lifecycle.js';
export { PodLifecycle } from './pod-lifecycle.js';
export { PushQueue } from './push-queue.js';
