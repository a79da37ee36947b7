import type { TcpRoute } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { coversHost } from '../hosts.js';
import { isAddressOrBlock, isIpAddress, isWildcardDnsName } from '../names.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { gatewayNames, port, refuse, selectorLabels } from './checks.js';
import { SCHEMA_ERROR, SCHEMA_WARNING } from './codes.js';
import type { Context } from './context.js';
import { translateL4Destinations } from './destination.js';
import { L4_ROUTE_FIELDS, TCP_MATCH_FIELDS, TLS_MATCH_FIELDS } from './fields/virtual-service.js';
import { sourceNamespace } from './http-match.js';
import { list, textValues } from './read.js';

/**
 * One entry of `spec.tcp` or `spec.tls`: a route for each of its matches, which are alternatives.
 * `hosts`: those of the VirtualService as written. Source: Istio 1.32, pkg/config/validation, validateTLSRoute.
 */
export function translateL4Route(
  rule: Section,
  kind: 'tcp' | 'tls',
  hosts: readonly string[],
  context: Context,
): readonly TcpRoute[] {
  account(rule, L4_ROUTE_FIELDS, context);
  const destinations = translateL4Destinations(rule, context);
  if (list(rule, 'route').length === 0) refuse(rule, `the ${kind} rule has no route`, "add 'route: [...]'");
  const matches = list(rule, 'match');
  if (kind === 'tls' && matches.length === 0 && rule.has('match')) {
    refuse(rule, 'the tls rule has no match', "add 'match: [{ sniHosts: ... }]'", 'match'); // absent: the schema says it
  }
  if (matches.length === 0) return [{ ...TAKES_ALL, origin: originOf(rule), destinations }];
  return matches.map((match) => {
    account(match, kind === 'tcp' ? TCP_MATCH_FIELDS : TLS_MATCH_FIELDS, context);
    checkSubnets(match);
    return {
      origin: originOf(rule),
      sniHosts: kind === 'tls' ? sniHosts(match, hosts) : null,
      port: port(match, 'port'),
      gateways: gatewayNames(match, context.namespace),
      sourceLabels: selectorLabels(match, 'sourceLabels'),
      sourceNamespace: sourceNamespace(match),
      destinations,
    };
  });
}

function checkSubnets(match: Section): void {
  for (const [subnet, value] of textValues(match, 'destinationSubnets').filter(
    ([written]) => !isAddressOrBlock(written),
  )) {
    value.refuse(SCHEMA_ERROR, `${quote(subnet)} is no range of addresses`, "write '192.0.2.0/24'");
  }
}

const TAKES_ALL = { sniHosts: null, port: null, gateways: [], sourceLabels: {}, sourceNamespace: null } as const;

function sniHosts(match: Section, hosts: readonly string[]): readonly string[] {
  const entries = textValues(match, 'sniHosts');
  if (entries.length === 0 && match.has('sniHosts')) {
    refuse(match, 'the match has no sniHosts', "add 'sniHosts: [...]'", 'sniHosts'); // absent: the schema says it
  }
  for (const [sni, value] of entries) {
    if (isIpAddress(sni)) {
      value.warning(SCHEMA_WARNING, `${quote(sni)} is an address`, 'clients send names, not addresses, in SNI');
    } else if (!isWildcardDnsName(sni)) {
      value.refuse(SCHEMA_ERROR, `${quote(sni)} is not a host name`, "write a name or '*.example.com'");
    } else if (!hosts.some((host) => coversHost(host, sni))) {
      value.refuse(SCHEMA_ERROR, `${quote(sni)} is none of the hosts`, 'name it, or what covers it, in spec.hosts');
    }
  }
  return entries.map(([sni]) => sni);
}
