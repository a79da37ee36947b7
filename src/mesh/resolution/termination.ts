import type { MeshSettings } from '../mesh.js';
import type { ProxySettings, Workload } from '../workload.js';
import { isSince } from './version.js';

/** Kubernetes, core/v1, PodSpec, terminationGracePeriodSeconds. */
const GRACE_MS = 30_000;
/** Istio, mesh/v1alpha1/proxy.proto, ProxyConfig, terminationDrainDuration. */
const DRAIN_MS = 5_000;

/**
 * From being told to leave until what a pod has in hand is cut off. The pod has its grace period, in which applications
 * are taken to finish their work; a proxy that is an ordinary container of it ends before, and all requests with it.
 * Source: Istio 1.31, pkg/envoy/agent.go, `terminate`; pkg/kube/inject.
 */
export function terminationMs(workload: Workload, settings: MeshSettings): number {
  const { gracePeriodMs = GRACE_MS, role, proxy, machine } = workload;
  const mayBeNative = role === 'app' && machine === undefined;
  if (proxy === null || proxy.exitsWhenIdle || (mayBeNative && isNative(proxy, settings))) return gracePeriodMs;
  return Math.min(gracePeriodMs, proxy.terminationDrainMs ?? DRAIN_MS);
}

function isNative({ native }: ProxySettings, { istioVersion }: MeshSettings): boolean {
  return native ?? isSince(istioVersion, 27); // ENABLE_NATIVE_SIDECARS
}
