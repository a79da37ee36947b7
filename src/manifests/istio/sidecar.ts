import type { Protocol, SidecarScope } from '../../mesh/index.js';
import type { Section, Value } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { protocolOf } from '../port-protocol.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { port, refuse, selectorLabels, warn } from './checks.js';
import { DEPRECATED, SCHEMA_ERROR } from './codes.js';
import { translateConnectionPool } from './connection-pool.js';
import type { Context, Version } from './context.js';
import { isBefore } from './context.js';
import { WORKLOAD_SELECTOR_FIELDS } from './fields/service-entry.js';
import {
  EGRESS_FIELDS,
  INGRESS_FIELDS,
  OUTBOUND_TRAFFIC_POLICY_FIELDS,
  SIDECAR_FIELDS,
  SIDECAR_PORT_FIELDS,
} from './fields/sidecar.js';
import { list, section, text, textValues } from './read.js';
import { translateScopedHost } from './scoped-host.js';

/** One of these a Sidecar must have. */
const ACTS = ['egress', 'ingress', 'inboundConnectionPool', 'outboundTrafficPolicy'];

/** Source: Istio release notes, 60139. */
const EXCLUSION_SINCE: Version = [1, 31];

/** Source: Istio 1.31, pkg/config/validation/validation.go, validateSidecarIngressEndpoint. */
const DEFAULT_ENDPOINT = /^(?:(?:127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\[::\]):\d+|unix:\/\/.*)$/;

type Egress = NonNullable<SidecarScope['egress']>[number];

/** A Sidecar. Source: Istio 1.32, pkg/config/validation/validation.go, ValidateSidecar. */
export function translateSidecar(resource: Resource, context: Context): SidecarScope {
  const { section: root, name, namespace, age } = resource;
  const spec = section(root, 'spec');
  account(spec, SIDECAR_FIELDS, context);
  const egress = list(spec, 'egress');
  const ingress = list(spec, 'ingress').map((entry) => translateIngress(entry, context));
  if (!ACTS.some((key) => spec?.has(key))) refuse(spec ?? root, 'the Sidecar says nothing', "add 'egress: [...]'");
  checkListeners(egress);
  checkUnique(list(spec, 'ingress'));
  return {
    origin: originOf(root),
    name,
    namespace,
    workloadSelector: workloadSelector(spec, context),
    egress: egress.length === 0 ? null : egress.map((entry) => translateEgress(entry, context)),
    inboundConnectionPool: spec === null ? null : translateConnectionPool(spec, 'inboundConnectionPool', context),
    ingress: ingress.flatMap((entry) => entry ?? []),
    outboundTrafficPolicy: outboundTrafficPolicy(spec, context),
    age,
  };
}

function translateEgress(entry: Section, context: Context): Egress {
  account(entry, EGRESS_FIELDS, context);
  const hosts = textValues(entry, 'hosts');
  if (hosts.length === 0 && entry.has('hosts'))
    refuse(entry, 'the listener has no hosts', 'add \'hosts: ["./*"]\'', 'hosts');
  const imported = hosts.filter(([host]) => !host.startsWith('~'));
  const written = new Set(imported.map(([host]) => host));
  if (written.has('*/*') && written.size > 1)
    warn(entry, "'*/*' covers every other host", 'leave the others out', 'hosts');
  else if (written.size < imported.length) warn(entry, 'a host stands here twice', 'leave one of them out', 'hosts');
  const protocol = protocolIn(section(entry, 'port'));
  return {
    port: listenerPort(entry, context),
    ...(protocol !== null && { protocol }),
    hosts: hosts.flatMap(([host, value]) => translateEgressHost(host, value, context) ?? []),
  };
}

/** `~` before a namespace takes away, `~` alone in all of them; before 1.31 that was an entry for none. */
function translateEgressHost(written: string, value: Value, context: Context): Egress['hosts'][number] | null {
  const scoped = translateScopedHost(written, value, false);
  if (!scoped.namespace.startsWith('~')) return scoped;
  const namespace = scoped.namespace.slice(1);
  if (!isBefore(context.istioVersion, EXCLUSION_SINCE))
    return { ...scoped, namespace: namespace || '*', excluded: true };
  const help = 'leave it out, or raise spec.platform.istioVersion';
  if (namespace !== '') value.refuse(SCHEMA_ERROR, `${quote(written)}: hosts can be excluded since Istio 1.31`, help);
  return null;
}

function translateIngress(entry: Section, context: Context): SidecarScope['ingress'][number] | null {
  account(entry, INGRESS_FIELDS, context);
  const number = listenerPort(entry, context);
  const connectionPool = translateConnectionPool(entry, 'connectionPool', context);
  const endpoint = text(entry, 'defaultEndpoint') ?? '';
  if (endpoint !== '' && !DEFAULT_ENDPOINT.test(endpoint)) {
    refuse(entry, `${quote(endpoint)} is no address of the pod itself`, "write '127.0.0.1:8080'", 'defaultEndpoint');
  }
  const at = section(entry, 'port');
  if (at !== null && !at.has('number'))
    refuse(entry, 'the listener has no port', "add 'port: { number: ... }'", 'port');
  return number === null ? null : { port: number, protocol: protocolIn(at) ?? 'auto', connectionPool };
}

function protocolIn(port: Section | null): Protocol | null {
  return protocolOf(text(port, 'protocol') ?? '');
}

function listenerPort(entry: Section, context: Context): number | null {
  const at = section(entry, 'port');
  account(at, SIDECAR_PORT_FIELDS, context);
  return port(at, 'number');
}

/** A listener without a port takes what the others leave, so it comes last. */
function checkListeners(egress: readonly Section[]): void {
  for (const entry of egress.slice(0, -1)) {
    const isSocket = (text(entry, 'bind') ?? '').startsWith('unix://');
    if (!entry.has('port') && !isSocket)
      refuse(entry, 'a listener without a port is not the last', 'move it to the end');
  }
  checkUnique(egress);
}

function checkUnique(listeners: readonly Section[]): void {
  const seen = new Set<unknown>();
  for (const at of listeners.flatMap((entry) => section(entry, 'port') ?? [])) {
    const number = at.raw('number');
    if (number !== undefined && seen.has(number))
      refuse(at, `the port ${number} stands here twice`, 'merge them', 'number');
    seen.add(number);
  }
}

function workloadSelector(spec: Section | null, context: Context): SidecarScope['workloadSelector'] {
  const selector = section(spec, 'workloadSelector');
  if (selector === null) return null;
  account(selector, WORKLOAD_SELECTOR_FIELDS, context);
  const labels = selectorLabels(selector, 'labels');
  if (Object.keys(labels).length > 0) return labels;
  warn(spec!, 'the workloadSelector has no labels', 'leave it out: it selects the whole namespace', 'workloadSelector');
  return null;
}

/** A policy without a mode is REGISTRY_ONLY, the first word of its list. Source: A: sidecar.proto, OutboundTrafficPolicy. */
function outboundTrafficPolicy(spec: Section | null, context: Context): SidecarScope['outboundTrafficPolicy'] {
  const policy = section(spec, 'outboundTrafficPolicy');
  if (policy === null) return null;
  account(policy, OUTBOUND_TRAFFIC_POLICY_FIELDS, context);
  const mode = text(policy, 'mode') === 'ALLOW_ANY' ? 'allow-any' : 'registry-only';
  const proxy = section(policy, 'egressProxy');
  if (proxy === null) return mode;
  policy.warning(DEPRECATED, 'egressProxy is deprecated', 'route to the proxy with a VirtualService', 'egressProxy');
  if (!proxy.has('port')) refuse(proxy, 'the egressProxy has no port', "add 'port: { number: ... }'");
  if (mode === 'registry-only')
    refuse(policy, 'egressProxy needs mode ALLOW_ANY', "add 'mode: ALLOW_ANY'", 'egressProxy');
  return mode;
}
