import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Whom a certificate is for: an URI (SPIFFE) and names of servers. */
export interface Subject {
  readonly name: string;
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
}

/** Who signs: itself, where the key is the subject's own. */
export interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

/** Long enough for any test, and the last year that UTCTime has. */
const VALIDITY = ['200101000000Z', '491231235959Z'];
const OID = {
  commonName: [0x55, 0x04, 0x03],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
  basicConstraints: [0x55, 0x1d, 0x13],
  subjectAltName: [0x55, 0x1d, 0x11],
} as const;

/**
 * A certificate in PEM for a key on the curve P-256, signed with ECDSA and SHA-256; Node.js reads certificates and makes
 * none. `isAuthority`: it may sign others.
 * Source: RFC 5280, 4.1 and 4.2.1.
 */
export function certificate(subject: Subject, key: KeyObject, issuer: Issuer, isAuthority: boolean): string {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const toSign = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])), // the serial number: positive
    algorithm,
    nameOf(issuer.name),
    sequence(...VALIDITY.map((time) => tagged(0x17, Buffer.from(time)))),
    nameOf(subject.name),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions(subject, isAuthority))),
  );
  const signature = sign('sha256', toSign, issuer.key);
  const der = sequence(toSign, algorithm, bits(signature));
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extensions({ uris, dnsNames }: Subject, isAuthority: boolean): readonly Buffer[] {
  const names = [
    ...uris.map((uri) => tagged(0x86, Buffer.from(uri))),
    ...dnsNames.map((name) => tagged(0x82, Buffer.from(name))),
  ];
  return [
    ...(isAuthority ? [extension(OID.basicConstraints, sequence(tagged(0x01, Buffer.from([0xff]))))] : []),
    ...(names.length > 0 ? [extension(OID.subjectAltName, sequence(...names))] : []),
  ];
}

function extension(id: readonly number[], value: Buffer): Buffer {
  return sequence(oid(id), tagged(0x04, value));
}

function nameOf(name: string): Buffer {
  return sequence(tagged(0x31, sequence(oid(OID.commonName), tagged(0x0c, Buffer.from(name)))));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function oid(bytes: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes));
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

/** Whole bytes. */
function bits(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

/** DER: a tag, the length, the content. */
function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content]);
}

function lengthOf({ length }: Buffer): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
