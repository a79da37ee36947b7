import { parseDurationMs } from '../../diagnostics/index.js';
import type { Section, Value } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { qualifiedGateway } from '../hosts.js';
import { isLabelKey, isLabelValue } from '../labels.js';
import { isDnsLabel, isDnsName } from '../names.js';
import { SCHEMA_ERROR, SCHEMA_WARNING } from './codes.js';
import { labels, number, section, text, textValues } from './read.js';

/** Checks that Istio's webhook makes in many places. Source: Istio 1.32, pkg/config/validation and its agent/. */

export function refuse(at: Section, message: string, help: string, key?: string): void {
  at.refuse(SCHEMA_ERROR, message, help, key);
}

export function warn(at: Section, message: string, help: string, key?: string): void {
  at.warning(SCHEMA_WARNING, message, help, key);
}

/** A duration of at least 1 ms in whole milliseconds; anything else is refused and gives null. */
export function durationMs(at: Section | null, key: string): number | null {
  const written = text(at, key);
  if (at === null || written === null) return null;
  const ms = parseDurationMs(written);
  const help = "write a number and a unit, such as '500ms' or '2s'";
  if (ms === null) refuse(at, `${quote(written)} is not a duration`, help, key);
  else if (ms < 1) refuse(at, `${quote(written)} is less than 1ms`, 'leave the field out for the default', key);
  else if (!Number.isInteger(ms)) refuse(at, `${quote(written)} is not in whole milliseconds`, 'round it', key);
  else return ms;
  return null;
}

/** A port from 1 to 65535. */
export function port(at: Section | null, key: string): number | null {
  const written = number(at, key);
  if (at === null || written === null) return null;
  if (Number.isInteger(written) && written >= 1 && written <= 65_535) return written;
  refuse(at, `${quote(String(written))} is not a port`, 'write a number from 1 to 65535', key);
  return null;
}

/** A number that may not be negative; 0 means 'default' to Istio, and so gives null. */
export function limit(at: Section | null, key: string): number | null {
  const written = number(at, key);
  if (at === null || written === null) return null;
  if (written < 0) refuse(at, `${quote(String(written))} is negative`, 'write a number above 0', key);
  return written > 0 ? written : null;
}

/** A percentage from 0 to 100. */
export function percent(at: Section | null, key: string): number | null {
  const written = number(at, key);
  if (at === null || written === null) return null;
  if (written >= 0 && written <= 100) return written;
  refuse(at, `${quote(String(written))} is not within 0 and 100`, 'write a number from 0 to 100', key);
  return null;
}

/**
 * `exportTo`; empty: not written, the mesh's default holds. `~`, nobody, is for ServiceEntries alone.
 * Source: Istio 1.31, pkg/config/validation/validation.go, validateExportTo.
 */
export function exportTo(spec: Section | null, namespace: string, mayBeNobody = false): readonly string[] {
  const entries = textValues(spec, 'exportTo');
  const seen = new Set<string>();
  for (const [written, value] of entries) {
    const meant = written === '.' ? namespace : written;
    if (written === '~' && mayBeNobody) continue;
    if (written !== '.' && written !== '*' && !isDnsLabel(written)) {
      value.refuse(SCHEMA_ERROR, `${quote(written)} is no namespace to export to`, "write '.', '*' or a namespace");
    } else if (seen.has(meant)) {
      value.refuse(SCHEMA_ERROR, `${quote(written)} stands here twice`, 'leave one of them out');
    } else if (written === '*' && entries.length > 1) {
      value.refuse(SCHEMA_ERROR, "'*' stands beside other namespaces", "write '*' alone, or the namespaces alone");
    }
    seen.add(meant);
  }
  return entries.map(([written]) => written);
}

/** The `gateways` of a VirtualService or of a match, as `mesh` or `namespace/name`. */
export function gatewayNames(at: Section | null, namespace: string): readonly string[] {
  return textValues(at, 'gateways').map(([written, value]) => {
    checkGatewayName(written, value);
    return qualifiedGateway(written, namespace);
  });
}

function checkGatewayName(written: string, value: Value): void {
  const slash = written.indexOf('/');
  const isName =
    slash < 0 ? isDnsName(written) : isDnsLabel(written.slice(0, slash)) && isDnsLabel(written.slice(slash + 1));
  const help = "write 'name' or 'namespace/name'";
  if (!isName) value.refuse(SCHEMA_ERROR, `${quote(written)} does not name a Gateway`, help);
  else if (slash < 0 && written.includes('.')) {
    const better = qualifiedGateway(written, '');
    value.warning(SCHEMA_WARNING, `${quote(written)} is the old way to name a Gateway`, `write '${better}'`);
  }
}

/** Labels to select by: no empty key, no `*` anywhere, and what labels may be made of. */
export function selectorLabels(at: Section | null, key: string): Readonly<Record<string, string>> {
  const selector = labels(at, key);
  const place = section(at, key);
  for (const [name, value] of Object.entries(selector)) {
    if (isLabelKey(name) && isLabelValue(value)) continue;
    const help = "labels are made of letters, digits, '-', '_' and '.'; they match exactly, '*' is no wildcard";
    refuse(place!, `${quote(`${name}: ${value}`)} is no label to select by`, help, name);
  }
  return selector;
}
