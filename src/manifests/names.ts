const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const WILDCARD_LABEL = /^(?:\*|(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;
const IP_V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const IP_V6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/;

/** Longest name that DNS allows. */
const NAME_CHARS_MAX = 255;
const LABEL_CHARS_MAX = 63;

/** A DNS-1123 label as Istio checks it, upper case included. Source: Istio 1.32, pkg/config/labels, IsDNS1123Label. */
export function isDnsLabel(text: string): boolean {
  return text.length <= LABEL_CHARS_MAX && LABEL.test(text);
}

/** A host name, short or qualified. Source: Istio 1.32, pkg/config/validation/agent/validation.go, ValidateFQDN. */
export function isDnsName(text: string): boolean {
  return isNameOf(text, isDnsLabel);
}

/** A host name whose first label may be, or begin with, `*`. Source: as above, ValidateWildcardDomain. */
export function isWildcardDnsName(text: string): boolean {
  const dot = text.indexOf('.');
  const first = dot < 0 ? text : text.slice(0, dot);
  if (first.length > LABEL_CHARS_MAX || !WILDCARD_LABEL.test(first)) return false;
  return dot < 0 ? text.length > 0 : text.length <= NAME_CHARS_MAX && isNameOf(text.slice(dot + 1), isDnsLabel);
}

/** Whether `text` is an IPv4 or IPv6 address. */
export function isIpAddress(text: string): boolean {
  return IP_V4.test(text) || (text.length <= 45 && IP_V6.test(text) && text.split('::').length <= 2);
}

function isNameOf(text: string, isLabel: (label: string) => boolean): boolean {
  if (text.length === 0 || text.length > NAME_CHARS_MAX) return false;
  const labels = (text.endsWith('.') ? text.slice(0, -1) : text).split('.');
  return labels.every(isLabel) && !/^\d+$/.test(labels.at(-1)!); // a top-level domain is never a number
}

/** A metadata.name: a DNS-1123 subdomain in lower case. Source: Kubernetes, apimachinery/pkg/util/validation. */
export function isObjectName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(text);
}

/** Whether `text` is an address, or a block of them (`10.0.0.0/8`). */
export function isAddressOrBlock(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash < 0) return isIpAddress(text);
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  const most = address.includes(':') ? 128 : 32;
  return isIpAddress(address) && /^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most;
}

/** An address as it stands in a URL. */
export function inUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
