import type { TlsMode, TrafficPolicy } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { refuse } from './checks.js';
import type { Context } from './context.js';
import { CLIENT_TLS_FIELDS } from './fields/destination-rule.js';
import { flag, section, text } from './read.js';

const MODES: ReadonlyMap<string, TlsMode> = new Map([
  ['DISABLE', 'disable'],
  ['SIMPLE', 'simple'],
  ['MUTUAL', 'mutual'],
  ['ISTIO_MUTUAL', 'istio-mutual'],
]);
const UNVERIFIED = { simple: 'unverified', mutual: 'mutual-unverified' } as const;
const CONFIG_MAP = 'configmap://';
const FILES = ['clientCertificate', 'privateKey', 'caCertificates'];

/** `tls` of a traffic policy; DISABLE when it names no mode. Source: Istio 1.32, pkg/config/validation, validateTLS. */
export function translateClientTls(policy: Section, context: Context): TrafficPolicy['tls'] {
  const tls = section(policy, 'tls');
  if (tls === null) return null;
  account(tls, CLIENT_TLS_FIELDS, context);
  const mode = MODES.get(text(tls, 'mode') ?? 'DISABLE') ?? 'disable';
  checkCertificates(tls, mode);
  const isUnverified = isOwn(mode) && flag(tls, 'insecureSkipVerify') === true;
  const serverName = text(tls, 'sni');
  return {
    origin: originOf(tls),
    mode: isUnverified ? UNVERIFIED[mode] : mode,
    ...(isOfSecret(tls, mode) && { ofSecret: true }),
    ...(serverName && { serverName }),
  };
}

/** A ConfigMap may be read by everybody. Source: Istio 1.31, pilot/pkg/networking/core/cluster_tls.go. */
function isOfSecret(tls: Section, mode: TlsMode): boolean {
  const name = text(tls, 'credentialName') ?? '';
  return isOwn(mode) && name !== '' && !name.startsWith(CONFIG_MAP);
}

/** TLS that is not the mesh's. */
function isOwn(mode: TlsMode): mode is keyof typeof UNVERIFIED {
  return mode === 'simple' || mode === 'mutual';
}

function checkCertificates(tls: Section, mode: TlsMode): void {
  const has = (key: string) => (text(tls, key) ?? '') !== '';
  if (has('credentialName')) {
    const help = 'keep the credentialName or the files';
    for (const key of FILES.filter(has)) refuse(tls, `${key} stands beside credentialName`, help, key);
  } else if (mode === 'mutual') {
    for (const key of ['clientCertificate', 'privateKey'].filter((name) => !has(name))) {
      refuse(tls, `mode MUTUAL has no ${key}`, `add '${key}' or 'credentialName'`, 'mode');
    }
  }
  if (flag(tls, 'insecureSkipVerify') !== true) return;
  for (const key of ['caCertificates', 'subjectAltNames'].filter((name) => tls.has(name))) {
    refuse(tls, `${key} stands beside insecureSkipVerify`, 'nothing is verified: keep one of them', key);
  }
}
