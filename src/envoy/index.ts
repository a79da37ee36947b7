export { AddressPlan, type Site } from './address-plan.js';
export type { LocalityOf } from './endpoints.js';
export type { EnvoyExport } from './export.js';
export { exportEnvoy } from './export.js';
export type { Certificates, Credential } from './tls.js';
