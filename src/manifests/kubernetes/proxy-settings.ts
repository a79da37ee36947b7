import { Diagnostics } from '../../diagnostics/index.js';
import type { Labels, ProxySettings } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote, readDocuments, readEmbedded } from '../../reading/index.js';
import { isWholeNumber } from '../api-names.js';
import { inherited, NO_PROXY_CONFIG, type ProxyConfig, readProxyConfig } from '../proxy-config.js';
import { reportInterception } from './interception.js';
import { parseQuantity } from './quantity.js';

/** Istio 1.24 and later, manifests/charts/istio-control/istio-discovery/values.yaml, global.proxy.resources. */
const DEFAULT_CPU_LIMIT = 2;
/** One of these replaces the default resources as a whole. Source: the same chart, files/injection-template.yaml. */
const RESOURCE_ANNOTATIONS = ['CPU', 'CPULimit', 'Memory', 'MemoryLimit'].map(
  (name) => `sidecar.istio.io/proxy${name}`,
);
const CPU_LIMIT = 'sidecar.istio.io/proxyCPULimit';
const CONFIG = 'proxy.istio.io/config';
/** Source: Istio 1.24, release notes; istio/api, annotation/annotations.yaml. */
const NATIVE = 'sidecar.istio.io/nativeSidecar';

/** What proxies are made of beside their container. */
export interface AnnotatedPod {
  /** What is said of the proxy elsewhere than in the pod. */
  readonly said: ProxyConfig;
  readonly annotations: Labels;
  /** Null: there are none. */
  readonly at: Section | null;
}

/** The sidecar that Istio injects into a pod. */
export function sidecarSettings(pod: AnnotatedPod): ProxySettings {
  const { annotations, at } = pod;
  reportInterception(annotations, at);
  const cpuLimit = RESOURCE_ANNOTATIONS.some((name) => Object.hasOwn(annotations, name))
    ? annotatedLimit(annotations, at)
    : DEFAULT_CPU_LIMIT;
  const native = annotatedNative(annotations, at);
  return { ...annotatedSettings(cpuLimit, pod), ...(native === null ? {} : { native }) };
}

/** The proxy of a pod whose container has this CPU limit in cores: the pod's own word counts first. */
export function annotatedSettings(cpuLimit: number | null, { said, annotations, at }: AnnotatedPod): ProxySettings {
  return proxySettings(cpuLimit, inherited(annotatedConfig(annotations, at), said));
}

/**
 * A proxy with this CPU limit in cores. Without `concurrency` it has as many worker threads as its limit rounded up, or
 * as the node has cores. Source: Istio, mesh/v1alpha1/proxy.proto, concurrency; pilot/cmd/pilot-agent/config/config.go.
 */
export function proxySettings(cpuLimit: number | null, config: ProxyConfig): ProxySettings {
  const threads = cpuLimit === null ? 0 : Math.ceil(cpuLimit);
  const { concurrency, terminationDrainMs, exitsWhenIdle, capturesDns, allocatesAddresses } = config;
  return {
    cpuLimit,
    concurrency: concurrency ?? threads,
    ...(terminationDrainMs !== null && { terminationDrainMs }),
    ...(exitsWhenIdle && { exitsWhenIdle }),
    ...(capturesDns && { capturesDns }),
    ...(allocatesAddresses && { allocatesAddresses }),
  };
}

function annotatedLimit(annotations: Labels, at: Section | null): number | null {
  const written = annotations[CPU_LIMIT];
  if (written === undefined) return null;
  const cores = parseQuantity(written);
  if (cores === null) reportAnnotation(at, CPU_LIMIT, written, "write cores, such as '500m' or '2'");
  return cores === 0 ? null : cores;
}

function annotatedNative(annotations: Labels, at: Section | null): boolean | null {
  const written = annotations[NATIVE];
  if (written === 'true' || written === 'false') return written === 'true';
  if (written !== undefined) reportAnnotation(at, NATIVE, written, "write 'true' or 'false', in quotes");
  return null;
}

/** The annotation `proxy.istio.io/config`: YAML in a text. */
function annotatedConfig(annotations: Labels, at: Section | null): ProxyConfig {
  const written = annotations[CONFIG];
  if (written === undefined || at === null) return NO_PROXY_CONFIG;
  const complain = () => reportAnnotation(at, CONFIG, written, "write YAML, such as 'concurrency: 2'");
  const [isYaml] = readDocuments({ file: '', text: written }, new Diagnostics()); // one finding, at the annotation
  if (isYaml === undefined) {
    complain();
    return NO_PROXY_CONFIG;
  }
  const config = readEmbedded(at.value(CONFIG)!, isWholeNumber);
  return config === null ? NO_PROXY_CONFIG : readProxyConfig(config, complain);
}

/** Istio's own code for an annotation with a value that it cannot read. */
function reportAnnotation(at: Section | null, name: string, written: string, help: string): void {
  at?.warning('IST0125', `the annotation ${name} has the value ${quote(written)}`, help, name);
}
