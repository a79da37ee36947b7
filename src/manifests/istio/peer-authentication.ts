import type { MutualTlsMode, PeerAuthentication } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { refuse } from './checks.js';
import type { Context } from './context.js';
import { MTLS_FIELDS, PEER_AUTHENTICATION_FIELDS } from './fields/authentication.js';
import { policySelector } from './policy-scope.js';
import { section, text } from './read.js';

const MODES: ReadonlyMap<string, MutualTlsMode> = new Map([
  ['DISABLE', 'disable'],
  ['PERMISSIVE', 'permissive'],
  ['STRICT', 'strict'],
]);

/** A PeerAuthentication. Source: Istio 1.32, pkg/config/validation/validation.go, ValidatePeerAuthentication. */
export function translatePeerAuthentication(resource: Resource, context: Context): PeerAuthentication {
  const { section: root, name, namespace, age } = resource;
  const spec = section(root, 'spec');
  account(spec, PEER_AUTHENTICATION_FIELDS, context);
  const selector = policySelector(spec, context);
  const ports = section(spec, 'portLevelMtls');
  if (ports !== null) checkPorts(spec!, ports, selector !== null);
  return {
    origin: originOf(root),
    name,
    namespace,
    selector,
    mode: modeIn(spec, 'mtls', context),
    portLevel: portLevel(ports, context),
    age,
  };
}

/** Null: none, or UNSET. */
function modeIn(parent: Section | null, key: string, context: Context): MutualTlsMode | null {
  const mtls = section(parent, key);
  account(mtls, MTLS_FIELDS, context);
  return MODES.get(text(mtls, 'mode') ?? '') ?? null;
}

function portLevel(ports: Section | null, context: Context): PeerAuthentication['portLevel'] {
  return (ports?.keys() ?? []).flatMap((key) => {
    const port = Number(key);
    const value = ports!.value(key);
    if (value === null || !isPort(port)) return [];
    return [{ origin: originOf(value), port, mode: modeIn(ports, key, context) }];
  });
}

function checkPorts(spec: Section, ports: Section, hasSelector: boolean): void {
  const key = 'portLevelMtls';
  if (!hasSelector) {
    refuse(spec, 'portLevelMtls is for the workloads of a selector', "add 'selector: { matchLabels: ... }'", key);
  }
  if (ports.keys().length === 0) refuse(spec, 'portLevelMtls names no port', 'leave it out', key);
  for (const port of ports.keys().filter((name) => !isPort(Number(name)))) {
    refuse(ports, `${quote(port)} is not a port`, 'write a number from 1 to 65535', port);
  }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
