import { Diagnostics } from '../../diagnostics/index.js';
import type { Labels, ProxySettings } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote, readDocuments } from '../../reading/index.js';
import { parseQuantity } from './quantity.js';

/** Istio 1.24 and later, manifests/charts/istio-control/istio-discovery/values.yaml, global.proxy.resources. */
const DEFAULT_CPU_LIMIT = 2;
/** One of these replaces the default resources as a whole. Source: the same chart, files/injection-template.yaml. */
const RESOURCE_ANNOTATIONS = ['CPU', 'CPULimit', 'Memory', 'MemoryLimit'].map(
  (name) => `sidecar.istio.io/proxy${name}`,
);
const CPU_LIMIT = 'sidecar.istio.io/proxyCPULimit';
const CONFIG = 'proxy.istio.io/config';

/** The sidecar that Istio injects into a pod with these annotations. `at` is the annotations' section. */
export function sidecarSettings(annotations: Labels, at: Section | null): ProxySettings {
  const cpuLimit = RESOURCE_ANNOTATIONS.some((name) => Object.hasOwn(annotations, name))
    ? annotatedLimit(annotations, at)
    : DEFAULT_CPU_LIMIT;
  return proxySettings(cpuLimit, annotations, at);
}

/**
 * A proxy with this CPU limit in cores. Without `concurrency` it has as many worker threads as its limit rounded up, or
 * as the node has cores. Source: Istio, mesh/v1alpha1/proxy.proto, concurrency.
 */
export function proxySettings(
  cpuLimit: number | null,
  annotations: Labels = {},
  at: Section | null = null,
): ProxySettings {
  const threads = cpuLimit === null ? 0 : Math.ceil(cpuLimit);
  return { cpuLimit, concurrency: annotatedConcurrency(annotations, at) ?? threads };
}

function annotatedLimit(annotations: Labels, at: Section | null): number | null {
  const written = annotations[CPU_LIMIT];
  if (written === undefined) return null;
  const cores = parseQuantity(written);
  if (cores === null) reportAnnotation(at, CPU_LIMIT, written, "write cores, such as '500m' or '2'");
  return cores === 0 ? null : cores;
}

function annotatedConcurrency(annotations: Labels, at: Section | null): number | null {
  const written = annotations[CONFIG];
  if (written === undefined) return null;
  const [config] = readDocuments({ file: '', text: written }, new Diagnostics()); // one finding, at the annotation
  const value = config?.value('concurrency')?.raw();
  if (value === undefined && config !== undefined) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  reportAnnotation(at, CONFIG, written, "write YAML, such as 'concurrency: 2'");
  return null;
}

/** Istio's own code for an annotation with a value that it cannot read. */
function reportAnnotation(at: Section | null, name: string, written: string, help: string): void {
  at?.warning('IST0125', `the annotation ${name} has the value ${quote(written)}`, help, name);
}
