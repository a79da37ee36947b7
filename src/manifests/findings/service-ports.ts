import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage', 'istio-system'];

/**
 * Service ports that do not say what they speak: proxies have to guess from the first bytes (IST0118).
 * Source: Istio 1.32, pkg/config/analysis/analyzers/service/portname.go.
 */
export function findUndeclaredPorts({ mesh }: MeshView, findings: Findings): void {
  for (const service of mesh.services) {
    if (service.external || SYSTEM_NAMESPACES.includes(service.namespace)) continue;
    service.ports.forEach(({ number, name, protocol }, i) => {
      if (protocol !== 'auto') return;
      const what = `the name '${name ?? ''}' of port ${number} does not say what it speaks`;
      const help = "name it '<protocol>' or '<protocol>-<suffix>', such as 'http-web', or add 'appProtocol'";
      findings.info('IST0118', field(service, 'spec', 'ports', i, 'port'), what, help);
    });
  }
}
