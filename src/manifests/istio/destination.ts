import type { Destination } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { qualifiedHost } from '../hosts.js';
import { isDnsLabel, isWildcardDnsName } from '../names.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { port, refuse } from './checks.js';
import type { Context } from './context.js';
import {
  DESTINATION_FIELDS,
  L4_DESTINATION_FIELDS,
  PORT_SELECTOR_FIELDS,
  ROUTE_DESTINATION_FIELDS,
} from './fields/virtual-service.js';
import type { Headers } from './headers.js';
import { translateHeaders } from './headers.js';
import { list, number, section, text } from './read.js';

const NO_HEADERS: Headers = { request: null, response: null };

/** `route` of an http rule. */
export function translateHttpDestinations(rule: Section, context: Context): readonly Destination[] {
  return translateWeighted(rule, context, (entry) => {
    account(entry, ROUTE_DESTINATION_FIELDS, context);
    return translateHeaders(entry, context);
  });
}

/** `route` of a tcp or tls rule. */
export function translateL4Destinations(rule: Section, context: Context): readonly Destination[] {
  return translateWeighted(rule, context, (entry) => {
    account(entry, L4_DESTINATION_FIELDS, context);
    return NO_HEADERS;
  });
}

/**
 * Weights as written. Refused: a negative one, and several that add to 0.
 * Source: Istio 1.32, pkg/config/validation/validation.go, validateHTTPRouteDestinations.
 */
function translateWeighted(
  rule: Section,
  context: Context,
  headersOf: (entry: Section) => Headers,
): readonly Destination[] {
  const destinations = list(rule, 'route').map((entry) => {
    const headers = headersOf(entry);
    return translateDestination(entry, 'destination', weightOf(entry), headers, context);
  });
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0);
  if (destinations.length > 1 && total === 0) {
    refuse(rule, 'the weights of the destinations add to 0', "give at least one a 'weight' above 0", 'route');
  }
  return destinations;
}

function weightOf(entry: Section): number {
  const weight = number(entry, 'weight') ?? 0;
  if (weight >= 0) return weight;
  refuse(entry, `${quote(String(weight))} is a negative weight`, 'write a weight of 0 or more', 'weight');
  return 0;
}

/** The `destination` (or `mirror`) below `entry`. */
export function translateDestination(
  entry: Section,
  key: string,
  weight: number,
  headers: Headers,
  context: Context,
): Destination {
  const destination = section(entry, key);
  account(destination, DESTINATION_FIELDS, context);
  const selector = section(destination, 'port');
  account(selector, PORT_SELECTOR_FIELDS, context);
  return {
    origin: originOf(entry),
    host: hostOf(destination, context),
    subset: subsetOf(destination),
    port: portOf(destination, selector),
    weight,
    requestHeaders: headers.request,
    responseHeaders: headers.response,
  };
}

function subsetOf(destination: Section | null): string | null {
  const subset = text(destination, 'subset') || null;
  const help = "write letters, digits and '-'";
  if (subset !== null && !isDnsLabel(subset)) refuse(destination!, `${quote(subset)} is no subset`, help, 'subset');
  return subset;
}

function portOf(destination: Section | null, selector: Section | null): number | null {
  if (selector !== null && !selector.has('number')) {
    refuse(destination!, 'the port has no number', "add 'number: ...', or leave the port out", 'port');
  }
  return port(selector, 'number');
}

function hostOf(destination: Section | null, context: Context): string {
  const host = text(destination, 'host') ?? '';
  const help = "write the name of a service: 'host: reviews'";
  if (destination === null || !destination.has('host')) return ''; // the schema says so
  if (host === '') refuse(destination, 'the destination has no host', help, 'host');
  else if (host === '*') refuse(destination, "'*' is no host to send to", help, 'host');
  else if (!isWildcardDnsName(host)) refuse(destination, `${quote(host)} is not a host name`, help, 'host');
  return qualifiedHost(host, context.namespace);
}
