export { isExternalName, translateExternalName } from './external-name.js';
export type { Injection } from './injection.js';
export { namespaceInjection } from './injection.js';
export { proxySettings } from './proxy-settings.js';
export { translateService } from './service.js';
export { isWorkloadKind, translateWorkload } from './workload.js';
