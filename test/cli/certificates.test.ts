import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf, type Said, say } from '../support/outside.js';
import { deployment, station } from '../support/stations.js';

const SERVER = { port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['shop.com', '*.shop.org'] };
const GATEWAY = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'Gateway',
  metadata: { name: 'front', namespace: 'istio-system' },
  spec: {
    selector: { istio: 'ingressgateway' },
    servers: [{ ...SERVER, tls: { mode: 'SIMPLE', credentialName: 'shop' } }],
  },
};
const MANIFESTS = `${deployment('client', { sidecar: true })}${station('server', { sidecar: true })}---\n${JSON.stringify(GATEWAY)}\n`;

function exporting(folder: string, proxy: string): Promise<Said> {
  return say(folder, ['export', 'envoy', 'mesh', '--proxy', proxy, '--certificates', 'certs']);
}

function read(folder: string, file: string): string {
  return readFileSync(join(folder, 'certs', file), 'utf8');
}

test('certificates that the folder lacks are made: one authority, each with its names and its key', async () => {
  const folder = folderOf({ 'mesh/all.yaml': MANIFESTS });
  for (const proxy of ['client', 'server', 'istio-ingressgateway'])
    expect((await exporting(folder, proxy)).exit).toBe(0);
  const authority = new X509Certificate(read(folder, 'ca.pem'));
  expect(authority.ca).toBe(true);
  expect(authority.verify(authority.publicKey)).toBe(true);
  const names = ['client', 'server', 'istio-ingressgateway', 'shop'].map((name) => {
    const certificate = new X509Certificate(read(folder, `${name}.pem`));
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(read(folder, `${name}-key.pem`)))).toBe(true);
    expect(certificate.ca).toBe(false);
    return certificate.subjectAltName;
  });
  expect(names).toEqual([
    'URI:spiffe://cluster.local/ns/default/sa/default',
    'URI:spiffe://cluster.local/ns/default/sa/default',
    expect.stringMatching(/^URI:spiffe:\/\/cluster\.local\/ns\/istio-system\/sa\//),
    'DNS:shop.com, DNS:*.shop.org',
  ]);
  expect(statSync(join(folder, 'certs', 'client-key.pem')).mode & 0o077).toBe(0);
});

test('certificates that are there stay', async () => {
  const folder = folderOf({ 'mesh/all.yaml': MANIFESTS });
  await exporting(folder, 'client');
  const made = read(folder, 'client.pem');
  await exporting(folder, 'client');
  expect(read(folder, 'client.pem')).toBe(made);
});

test('with an authority of somebody else what is to be signed is told', async () => {
  const folder = folderOf({ 'mesh/all.yaml': MANIFESTS });
  await exporting(folder, 'client');
  rmSync(join(folder, 'certs', 'ca-key.pem'));
  expect((await exporting(folder, 'client')).exit).toBe(0);
  const { exit, stderr } = await exporting(folder, 'server');
  expect(exit).toBe(2);
  expect(stderr).toContain('sign server.pem (subjectAltName URI:spiffe://cluster.local/ns/default/sa/default) with it');
});

test.each([
  { file: 'certs', text: '', said: '--certificates .*certs: a file is in the way' },
  { file: 'certs/ca.pem', text: 'no certificate', said: 'ca.pem is no certificate' },
])('a folder that is none is refused: $said', async ({ file, text, said }) => {
  const { exit, stderr } = await exporting(folderOf({ 'mesh/all.yaml': MANIFESTS, [file]: text }), 'client');
  expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringMatching(said) });
});
