import type { Labels } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';

/**
 * Annotations of a pod that let some connections pass its sidecar by, or change what it does with them, each with what it
 * takes to ask for nothing. Source: istio/api, annotation/annotations.yaml.
 */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  'sidecar.istio.io/bootstrapOverride': [''],
  'sidecar.istio.io/interceptionMode': ['REDIRECT', 'TPROXY'],
  'sidecar.istio.io/rewriteAppHTTPProbers': ['true'],
  'traffic.sidecar.istio.io/excludeInboundPorts': [''],
  'traffic.sidecar.istio.io/excludeInterfaces': [''],
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': [''],
  'traffic.sidecar.istio.io/excludeOutboundPorts': [''],
  'traffic.sidecar.istio.io/includeInboundPorts': ['*'],
  'traffic.sidecar.istio.io/includeOutboundIPRanges': ['*'],
  'traffic.sidecar.istio.io/includeOutboundPorts': [''],
};

/** Reports what is asked of a sidecar and not modelled: it takes every connection in and out. `at`: the annotations. */
export function reportInterception(annotations: Labels, at: Section | null): void {
  for (const [name, usual] of Object.entries(USUAL)) {
    const written = annotations[name];
    if (written === undefined || usual.includes(written)) continue;
    at?.info('not-modelled', `${name} is read but not modelled`, 'the sidecar takes all connections as usual', name);
  }
}
