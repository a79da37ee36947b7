import type { Labels, ProxySettings, Workload } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { isLabelKey, isLabelValue } from '../labels.js';
import { containerCpu, podCpu } from './container-resources.js';
import type { Injection } from './injection.js';
import { isAmbientPod, isInjectedPod } from './injection.js';
import { type AnnotatedPod, annotatedSettings, sidecarSettings } from './proxy-settings.js';

/** What a pod template says of each pod. */
export type PodTemplate = Pick<
  Workload,
  | 'labels'
  | 'serviceAccount'
  | 'cpuLimit'
  | 'cpuRequest'
  | 'namedPorts'
  | 'role'
  | 'gracePeriodMs'
  | 'proxy'
  | 'ambient'
>;

const PROXY_CONTAINER = 'istio-proxy';
const TEMPLATES = 'inject.istio.io/templates';

/**
 * Reads a pod template (or a Pod itself). A container `istio-proxy` that is written out, or asked for by the gateway
 * injection template, is the proxy and no part of the application.
 */
export function translatePodTemplate(template: Section | null, namespace: string, injection: Injection): PodTemplate {
  const metadata = template?.section('metadata') ?? null;
  const spec = template?.section('spec') ?? null;
  const labels = readLabels(metadata);
  const annotations = metadata?.labels('annotations') ?? {};
  const at = metadata?.section('annotations') ?? null;
  const containers = spec?.list('containers') ?? [];
  const inits = spec?.list('initContainers') ?? [];
  const written = [...containers, ...inits].find(isProxy) ?? null;
  const apps = containers.filter((container) => container !== written);
  const role = isGateway(annotations, written, apps) ? 'gateway' : 'app';
  const pod = { labels, annotations, hostNetwork: spec?.flag('hostNetwork') ?? false };
  const hasProxy = written !== null || isInjectedPod(pod, namespace, injection.namespaces);
  const isAmbient = !hasProxy && isAmbientPod(pod, namespace, injection.namespaces);
  const { limit, request } = podCpu(apps);
  const graceSeconds = spec?.count('terminationGracePeriodSeconds') ?? null;
  return {
    labels,
    serviceAccount: spec?.text('serviceAccountName') ?? spec?.text('serviceAccount') ?? 'default',
    cpuLimit: limit,
    cpuRequest: request,
    namedPorts: namedPorts(containers),
    role,
    ...(graceSeconds === null ? {} : { gracePeriodMs: 1000 * graceSeconds }),
    proxy: hasProxy
      ? proxyOf(written, inits, { said: injection.proxyConfig(namespace, labels), annotations, at })
      : null,
    ...(isAmbient ? { ambient: true } : {}),
  };
}

/** Labels as the API server takes them. */
export function readLabels(metadata: Section | null): Labels {
  const labels = metadata?.labels('labels') ?? {};
  const at = metadata?.section('labels') ?? null;
  for (const [key, value] of Object.entries(labels)) {
    if (isLabelKey(key) && isLabelValue(value)) continue;
    const help = "use letters, digits, '-', '_' and '.', at most 63, with a letter or digit at both ends";
    at?.refuse('bad-label', `${quote(`${key}: ${value}`)} is not a label that a cluster takes`, help, key);
  }
  return labels;
}

function isProxy(container: Section): boolean {
  return container.value('name')?.raw() === PROXY_CONTAINER;
}

/** A pod that is nothing but a proxy is a gateway, whoever wrote its container. */
function isGateway(annotations: Labels, written: Section | null, apps: readonly Section[]): boolean {
  const templates = (annotations[TEMPLATES] ?? '').split(',').map((name) => name.trim());
  return templates.includes('gateway') || (written !== null && apps.length === 0);
}

/** A proxy that is written out is native where it is an initContainer; `inits` are those. */
function proxyOf(written: Section | null, inits: readonly Section[], pod: AnnotatedPod): ProxySettings {
  if (written === null) return sidecarSettings(pod);
  return { ...annotatedSettings(containerCpu(written).limit, pod), native: inits.includes(written) };
}

function namedPorts(containers: readonly Section[]): Readonly<Record<string, number>> {
  const ports = Object.create(null) as Record<string, number>;
  for (const port of containers.flatMap((container) => container.list('ports'))) {
    const name = port.text('name');
    const number = port.count('containerPort');
    if (number === null || number < 1 || number > 65_535) {
      const written = port.value('containerPort')?.written ?? 'nothing';
      port.refuse('bad-port', `${quote(written)} is not a port`, 'write a number from 1 to 65535', 'containerPort');
    } else if (name !== null) ports[name] = number;
  }
  return ports;
}
