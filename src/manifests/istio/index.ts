export type { ImpliedGateway } from './implied-gateways.js';
export { impliedGateways } from './implied-gateways.js';
export { isIstioKind } from './schema.js';
export type { IstioFragments } from './translate.js';
export { translateIstio } from './translate.js';
