export type { ImpliedGateway } from './implied-gateways.js';
export { impliedGateways } from './implied-gateways.js';
export { translateMeshConfig } from './mesh-config.js';
export { findMeshConfig, isIstioOperator } from './mesh-config-source.js';
export { proxyConfigs } from './proxy-config.js';
export { istioKind } from './schema.js';
export { mergeSharedHosts } from './shared-hosts.js';
export type { IstioFragments } from './translate.js';
export { noFragments, translateIstio } from './translate.js';
