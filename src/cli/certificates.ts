import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential } from '../envoy/index.js';
import { certificate, type Issuer } from './x509.js';

/** The authority's files in a folder of certificates, and the name that it signs with. */
const AUTHORITY = 'ca';
const AUTHORITY_NAME = 'drymesh test CA';

/** A folder that has an authority of its own, but no certificate that is asked for. */
export class MissingCertificate extends Error {}

/**
 * Makes the certificates that a folder lacks, and where it has no authority that as well: for tests, on loopback. What is
 * there stays as it is. Throws MissingCertificate, and as node:fs does.
 */
export function makeCertificates(folder: string, credentials: readonly Credential[]): void {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(pathOf(folder, AUTHORITY))) makeAuthority(folder);
  for (const credential of credentials) {
    if (!existsSync(pathOf(folder, credential.name))) makeCertificate(folder, credential);
  }
}

function makeAuthority(folder: string): void {
  const key = newKey();
  const subject = { name: AUTHORITY_NAME, uris: [], dnsNames: [] };
  write(folder, AUTHORITY, key, certificate(subject, key, { name: AUTHORITY_NAME, key }, true));
}

function makeCertificate(folder: string, credential: Credential): void {
  const key = newKey();
  write(folder, credential.name, key, certificate(credential, key, authorityOf(folder, credential), false));
}

/** One that was made here: of others nobody knows how they sign. */
function authorityOf(folder: string, { name, uris, dnsNames }: Credential): Issuer {
  const path = keyPathOf(folder, AUTHORITY);
  const { subject } = readCertificate(pathOf(folder, AUTHORITY));
  if (subject === `CN=${AUTHORITY_NAME}` && existsSync(path))
    return { name: AUTHORITY_NAME, key: createPrivateKey(readFileSync(path)) };
  const names = [...uris.map((uri) => `URI:${uri}`), ...dnsNames.map((dns) => `DNS:${dns}`)].join(', ');
  throw new MissingCertificate(
    `${folder} has another authority: sign ${name}.pem (subjectAltName ${names}) with it, and put ${name}-key.pem beside`,
  );
}

function readCertificate(path: string): X509Certificate {
  const pem = readFileSync(path);
  try {
    return new X509Certificate(pem);
  } catch {
    throw new MissingCertificate(`${path} is no certificate`);
  }
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function write(folder: string, name: string, key: KeyObject, pem: string): void {
  writeFileSync(keyPathOf(folder, name), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(pathOf(folder, name), pem);
}

function pathOf(folder: string, name: string): string {
  return join(folder, `${name}.pem`);
}

function keyPathOf(folder: string, name: string): string {
  return join(folder, `${name}-key.pem`);
}
