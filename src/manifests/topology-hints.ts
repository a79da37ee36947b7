import type { Section } from '../reading/index.js';

/** The first that is there counts. Source: Kubernetes, pkg/controller/endpointslice; api/core/v1/annotation_key_constants.go. */
const HINTS = ['service.kubernetes.io/topology-aware-hints', 'service.kubernetes.io/topology-mode'];

/**
 * The annotation by which a Service has its endpoints shared out among zones, which goes before `trafficDistribution`; null:
 * none does.
 */
export function asksForHints(service: Section): string | null {
  const annotations = service.section('metadata')?.section('annotations') ?? null;
  const written = HINTS.find((annotation) => annotations?.has(annotation));
  const word = written && annotations!.value(written)?.raw();
  return word === 'Auto' || word === 'auto' ? written! : null;
}
