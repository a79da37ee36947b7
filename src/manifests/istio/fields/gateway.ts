import type { IGateway } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { Decisions, EntryOf } from './decision.js';

type Spec = NonNullable<IGateway['spec']>;
type Server = EntryOf<Spec['servers']>;

export const GATEWAY_FIELDS = { selector: 'modelled', servers: 'modelled' } as const satisfies Decisions<Spec>;

export const SERVER_FIELDS = {
  bind: 'not-modelled',
  defaultEndpoint: 'no-effect', // Istio itself does not implement it
  hosts: 'modelled',
  name: 'no-effect',
  port: 'modelled',
  tls: 'modelled',
} as const satisfies Decisions<Server>;

export const SERVER_PORT_FIELDS = {
  name: 'no-effect',
  number: 'modelled',
  protocol: 'modelled',
  targetPort: 'no-effect', // deprecated, not read by istiod
} as const satisfies Decisions<Server['port']>;

export const SERVER_TLS_FIELDS = {
  caCertCredentialName: 'no-effect',
  caCertificates: 'no-effect',
  caCrl: 'no-effect',
  cipherSuites: 'no-effect',
  credentialName: 'no-effect',
  credentialNames: 'no-effect',
  httpsRedirect: 'modelled',
  maxProtocolVersion: 'no-effect',
  minProtocolVersion: 'no-effect',
  mode: 'modelled',
  privateKey: 'no-effect',
  serverCertificate: 'no-effect',
  subjectAltNames: 'no-effect',
  tlsCertificates: 'no-effect',
  verifyCertificateHash: 'no-effect',
  verifyCertificateSpki: 'no-effect',
} as const satisfies Decisions<NonNullable<Server['tls']>>;
