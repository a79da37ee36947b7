import type { RouteSet } from '../../mesh/index.js';
import type { Section, Value } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { coversHost, qualifiedHost } from '../hosts.js';
import { isIpAddress, isWildcardDnsName } from '../names.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { exportTo, gatewayNames, refuse } from './checks.js';
import { SCHEMA_ERROR } from './codes.js';
import type { Context } from './context.js';
import { VIRTUAL_SERVICE_FIELDS } from './fields/virtual-service.js';
import { translateHttpRoute } from './http-route.js';
import { translateL4Route } from './l4-route.js';
import { list, section, textValues } from './read.js';
import { checkRuleOrder } from './rule-order.js';

const MESH = 'mesh';

/** A VirtualService. Source: Istio 1.32, pkg/config/validation/virtualservice.go, validateVirtualService. */
export function translateVirtualService(resource: Resource, context: Context): RouteSet {
  const { section: root, name, namespace, age } = resource;
  const spec = section(root, 'spec');
  account(spec, VIRTUAL_SERVICE_FIELDS, context);
  const hosts = textValues(spec, 'hosts');
  const written = hosts.map(([host]) => host);
  const gateways = gatewayNames(spec, namespace);
  const isDelegate = isEmpty(spec?.value('hosts') ?? null);
  const isAtGateway = isDelegate || gateways.some((gateway) => gateway !== MESH);
  const ruleContext = { ...context, isDelegate, isAtGateway };
  checkRules(root, spec, isDelegate);
  checkRuleOrder(spec);
  checkHosts(hosts, gateways.length === 0 || gateways.includes(MESH));
  return {
    origin: originOf(root),
    name,
    namespace,
    hosts: written.map((host) => qualifiedHost(host, namespace)),
    gateways: gateways.length > 0 ? gateways : [MESH],
    exportTo: exportTo(spec, namespace),
    http: list(spec, 'http').map((rule) => translateHttpRoute(rule, ruleContext)),
    tcp: (['tls', 'tcp'] as const).flatMap((kind) =>
      list(spec, kind).flatMap((rule) => translateL4Route(rule, kind, written, context)),
    ),
    age,
  };
}

/** Nothing is written; what is of a wrong type is something. */
function isEmpty(value: Value | null): boolean {
  return value === null || (value.kind === 'list' && value.asList().length === 0);
}

function checkRules(root: Section, spec: Section | null, isDelegate: boolean): void {
  const rules = ['http', 'tcp', 'tls'].filter((key) => list(spec, key).length > 0);
  if (spec === null || rules.length === 0) {
    refuse(spec ?? root, 'the VirtualService has no http, tcp or tls rules', "add 'http: [...]'");
  }
  if (!isDelegate || spec === null) return;
  const excluded = ['gateways', 'tcp', 'tls'].filter((key) => (spec.value(key)?.kind ?? 'scalar') === 'list');
  for (const key of excluded) {
    refuse(spec, `${key} is set, but there are no hosts`, "add 'hosts: [...]'; a delegate has http rules alone", key);
  }
}

function checkHosts(hosts: readonly (readonly [string, Value])[], isInMesh: boolean): void {
  hosts.forEach(([host, value], i) => {
    const earlier = hosts.slice(0, i).find(([other]) => coversHost(other, host) || coversHost(host, other));
    if (host === '*' && isInMesh) {
      const help = "name the hosts, or bind the VirtualService to a gateway with 'gateways: [...]'";
      value.refuse(SCHEMA_ERROR, "'*' is no host for sidecars", help);
    } else if (!isWildcardDnsName(host) && !isIpAddress(host)) {
      value.refuse(SCHEMA_ERROR, `${quote(host)} is not a host name`, "write a name such as 'reviews'");
    } else if (earlier !== undefined) {
      value.refuse(SCHEMA_ERROR, `${quote(host)} is covered by ${quote(earlier[0])} already`, 'leave one of them out');
    }
  });
}
