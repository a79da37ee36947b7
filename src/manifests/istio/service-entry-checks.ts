import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { isAddressOrBlock, isDnsLabel, isDnsName, isIpAddress, isWildcardDnsName } from '../names.js';
import { protocolOf } from '../port-protocol.js';
import { refuse, warn } from './checks.js';
import { SCHEMA_ERROR, SCHEMA_WARNING } from './codes.js';
import { list, number, section, text, texts, textValues } from './read.js';

const UNIX = 'unix://';
/** Protocols that carry the host's name. */
const TELLING: readonly string[] = ['http', 'http2', 'grpc', 'https', 'tls'];
const DYNAMIC_PROTOCOLS = ['HTTP', 'HTTP2', 'GRPC', 'TLS'];

/** What the webhook asks of a ServiceEntry. Source: Istio 1.32, pkg/config/validation, ValidateServiceEntry. */
export function checkServiceEntry(spec: Section): void {
  const resolution = text(spec, 'resolution') ?? 'NONE';
  checkHosts(spec, resolution);
  checkPorts(spec);
  checkAddresses(spec);
  checkHostsApart(spec, resolution);
  checkSelector(spec, resolution);
  checkResolution(spec, resolution);
  for (const endpoint of list(spec, 'endpoints')) checkEndpoint(spec, endpoint, resolution);
}

function checkHosts(spec: Section, resolution: string): void {
  for (const [host, value] of textValues(spec, 'hosts')) {
    if (host === '*' || !isWildcardDnsName(host)) {
      value.refuse(SCHEMA_ERROR, `${quote(host)} is no host of a ServiceEntry`, "write a name or '*.example.com'");
    } else if (/^\*[^.]/.test(host)) {
      value.warning(
        SCHEMA_WARNING,
        `${quote(host)} is only in part a wildcard`,
        "Envoy knows '*.' before a name alone",
      );
    } else if (resolution === 'DYNAMIC_DNS' && !host.startsWith('*')) {
      value.refuse(SCHEMA_ERROR, `${quote(host)} is no wildcard`, 'DYNAMIC_DNS is for wildcards: use DNS');
    }
  }
}

function checkPorts(spec: Section): void {
  const [numbers, names] = [new Set<number>(), new Set<string>()];
  for (const entry of list(spec, 'ports')) {
    const [written, name, protocol] = [number(entry, 'number'), text(entry, 'name'), text(entry, 'protocol') ?? ''];
    if (written !== null && numbers.has(written)) {
      refuse(entry, `the port ${written} stands here twice`, 'leave one of them out', 'number');
    }
    if (name !== null && !isDnsLabel(name))
      refuse(entry, `${quote(name)} is no name for a port`, "write 'http'", 'name');
    else if (name !== null && names.has(name)) {
      refuse(entry, `the port name ${quote(name)} stands here twice`, 'rename one of them', 'name');
    }
    if (protocol !== '' && protocolOf(protocol) === null) {
      refuse(entry, `${quote(protocol)} is no protocol`, 'write HTTP, HTTPS, HTTP2, GRPC, TCP or TLS', 'protocol');
    }
    if (written !== null) numbers.add(written);
    if (name !== null) names.add(name);
  }
}

function checkAddresses(spec: Section): void {
  const addresses = textValues(spec, 'addresses');
  for (const [address, value] of addresses.filter(([written]) => !isAddressOrBlock(written))) {
    value.refuse(SCHEMA_ERROR, `${quote(address)} is no address`, "write an IP address, or '192.0.2.0/24'");
  }
}

/** TCP cannot tell two hosts apart, whatever their addresses are; where nothing is resolved nobody asks. */
function checkHostsApart(spec: Section, resolution: string): void {
  const tells = (entry: Section) => TELLING.includes(protocolOf(text(entry, 'protocol') ?? '') ?? '');
  if (resolution === 'NONE' || texts(spec, 'hosts').length < 2 || list(spec, 'ports').every(tells)) return;
  refuse(spec, 'several hosts share a port that tells none of them apart', 'write a ServiceEntry for each', 'hosts');
}

function checkSelector(spec: Section, resolution: string): void {
  if (!spec.has('workloadSelector')) return;
  const labels = section(section(spec, 'workloadSelector'), 'labels');
  if (list(spec, 'endpoints').length > 0) {
    refuse(spec, 'workloadSelector stands beside endpoints', 'keep one of them', 'workloadSelector');
  }
  if (resolution === 'NONE')
    warn(spec, 'workloadSelector needs a resolution', "add 'resolution: STATIC'", 'workloadSelector');
  if ((labels?.keys() ?? []).length === 0) {
    warn(spec, 'the workloadSelector has no labels', 'it selects every workload of the namespace', 'workloadSelector');
  }
}

function checkResolution(spec: Section, resolution: string): void {
  const endpoints = list(spec, 'endpoints');
  const addresses = texts(spec, 'addresses');
  const isDns = resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN';
  const hasWildcard = texts(spec, 'hosts').some((host) => host.startsWith('*'));
  if (resolution === 'NONE' && endpoints.length > 0) {
    refuse(spec, 'endpoints have no use with resolution NONE', "add 'resolution: STATIC' or DNS", 'endpoints');
  } else if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1) {
    refuse(spec, 'DNS_ROUND_ROBIN takes one endpoint', "use 'resolution: DNS'", 'endpoints');
  } else if (isDns && endpoints.length === 0 && hasWildcard) {
    refuse(spec, 'a wildcard has no address in DNS', "list 'endpoints', or use 'resolution: DYNAMIC_DNS'", 'hosts');
  }
  if (isDns && addresses.some((address) => address.includes('/'))) {
    refuse(spec, 'a range of addresses stands beside resolution DNS', 'write single addresses', 'addresses');
  }
  if (resolution === 'DYNAMIC_DNS') checkDynamic(spec);
  else if (addresses.length === 0) warnOfAnyAddress(spec);
}

function checkDynamic(spec: Section): void {
  for (const key of ['endpoints', 'addresses'].filter((name) => spec.has(name))) {
    refuse(spec, `${key} have no use with DYNAMIC_DNS`, 'names are resolved as they are called', key);
  }
  for (const entry of list(spec, 'ports')) {
    if (DYNAMIC_PROTOCOLS.includes((text(entry, 'protocol') ?? '').toUpperCase())) continue;
    refuse(
      entry,
      'DYNAMIC_DNS needs a protocol that carries names',
      `write ${DYNAMIC_PROTOCOLS.join(', ')}`,
      'protocol',
    );
  }
}

/** Such a port listens on every address. */
function warnOfAnyAddress(spec: Section): void {
  for (const entry of list(spec, 'ports')) {
    const protocol = (text(entry, 'protocol') ?? '').toUpperCase();
    if ((protocol !== 'TCP' && protocol !== '') || !entry.has('number')) continue;
    const help = "add 'addresses: [...]', or a protocol that carries host names";
    warn(entry, `port ${number(entry, 'number')} takes all traffic to that port, whatever its host`, help, 'number');
  }
}

function checkEndpoint(spec: Section, endpoint: Section, resolution: string): void {
  const address = text(endpoint, 'address') ?? '';
  const names = new Set(list(spec, 'ports').map((entry) => text(entry, 'name')));
  const ports = section(endpoint, 'ports');
  for (const name of ports?.keys() ?? []) {
    if (!names.has(name)) refuse(ports!, `${quote(name)} is none of the entry's ports`, 'use the name of a port', name);
  }
  if (address.startsWith(UNIX)) {
    if (list(spec, 'ports').length > 1 || ports !== null) {
      refuse(endpoint, 'a unix socket has no ports', 'write one service port, and no ports here', 'address');
    }
  } else if (address === '') {
    if (!endpoint.has('network')) refuse(endpoint, 'the endpoint has no address', "add 'address: ...'");
  } else if (resolution === 'STATIC' && !isIpAddress(address)) {
    refuse(endpoint, `${quote(address)} is not an IP address`, "write one, or use 'resolution: DNS'", 'address');
  } else if (!isIpAddress(address) && !isDnsName(address)) {
    refuse(endpoint, `${quote(address)} is neither a name nor an address`, 'write a host name', 'address');
  }
}
