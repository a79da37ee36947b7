export type { ImpliedGateway } from './istio/index.js';
export type { TranslateOptions } from './translate-manifests.js';
export { translateManifests } from './translate-manifests.js';
