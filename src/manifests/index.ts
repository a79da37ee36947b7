export type { Change } from './changes.js';
export { changedFields, changedResources } from './changes.js';
export { takeInventory } from './inventory.js';
export type { ImpliedGateway } from './istio/index.js';
export { placeIn } from './locate.js';
export type { TranslateOptions } from './translate-manifests.js';
export { translateManifests } from './translate-manifests.js';
export { resourceText, withoutResources } from './without.js';
