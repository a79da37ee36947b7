import type { GatewayServer } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { account } from './account.js';
import { refuse, warn } from './checks.js';
import type { Context } from './context.js';
import { SERVER_TLS_FIELDS } from './fields/gateway.js';
import { flag, list, section, text, texts } from './read.js';

const OWN_CERTIFICATE = ['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'];
const NO_CERTIFICATE = ['ISTIO_MUTUAL'];

/** `tls` of a Gateway's server; PASSTHROUGH when it names no mode. Source: Istio 1.32, validateTLSOptions. */
export function translateServerTls(server: Section, protocol: string, context: Context): GatewayServer['tls'] {
  const tls = section(server, 'tls');
  const isTls = protocol === 'HTTPS' || protocol === 'TLS';
  if (tls === null) {
    if (isTls)
      refuse(server, `the ${protocol} server has no tls`, "add 'tls: { mode: SIMPLE, credentialName: ... }'", 'port');
    return null;
  }
  account(tls, SERVER_TLS_FIELDS, context);
  const mode = text(tls, 'mode') ?? 'PASSTHROUGH';
  const httpsRedirect = flag(tls, 'httpsRedirect') ?? false;
  if (!isTls && !(httpsRedirect && protocol !== 'TCP')) {
    refuse(
      server,
      `a ${protocol} server has no TLS of its own`,
      "use protocol HTTPS, or 'httpsRedirect: true' alone",
      'tls',
    );
  } else if (isTls && httpsRedirect)
    warn(tls, 'httpsRedirect has no effect on a TLS port', 'put it on the HTTP port', 'httpsRedirect');
  if (isTls) checkCertificates(tls, mode);
  if (mode === 'AUTO_PASSTHROUGH') {
    const help = 'it is for callers of other clusters, and there is one: nobody comes in here';
    tls.info('not-modelled', 'the mode AUTO_PASSTHROUGH is not modelled', help, 'mode');
  }
  if (isTls && mode === 'MUTUAL') {
    const help = 'clients outside the mesh are taken to have one, and so are proxies whose DestinationRule says MUTUAL';
    tls.info('not-modelled', 'which certificates of clients the server takes is not modelled', help, 'mode');
  }
  const credentialName = text(tls, 'credentialName') ?? texts(tls, 'credentialNames')[0];
  return { mode, httpsRedirect, ...(credentialName && { credentialName }) };
}

function checkCertificates(tls: Section, mode: string): void {
  const sources = ['credentialName', 'credentialNames', 'serverCertificate', 'tlsCertificates'].filter((key) =>
    isSet(tls, key),
  );
  for (const key of sources.slice(1)) refuse(tls, `${key} stands beside ${sources[0]}`, 'keep one of them', key);
  if (OWN_CERTIFICATE.includes(mode)) checkOwnCertificate(tls, mode, sources);
  if (NO_CERTIFICATE.includes(mode)) {
    for (const key of sources)
      refuse(tls, `${key} stands beside mode ${mode}`, "the mesh's own certificate is used", key);
  } else if (mode === 'PASSTHROUGH' && sources.length > 0) {
    warn(tls, `${sources[0]} has no effect with mode PASSTHROUGH`, 'the application ends TLS', sources[0]);
  }
}

function checkOwnCertificate(tls: Section, mode: string, sources: readonly string[]): void {
  if (sources.length === 0) refuse(tls, `mode ${mode} has no certificate`, "add 'credentialName: ...'", 'mode');
  if (sources[0] !== 'serverCertificate') return;
  const needed = mode === 'SIMPLE' ? ['privateKey'] : ['privateKey', 'caCertificates'];
  for (const key of needed.filter((name) => !isSet(tls, name))) {
    refuse(tls, `mode ${mode} has no ${key}`, `add '${key}: ...'`, 'mode');
  }
}

function isSet(tls: Section, key: string): boolean {
  return (text(tls, key) ?? '') !== '' || texts(tls, key).length > 0 || list(tls, key).length > 0;
}
