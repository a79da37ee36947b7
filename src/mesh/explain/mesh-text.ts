import type { ExplainedMesh, ExplainedService, ExplainedWorkload } from '../explain-mesh.js';
import { ISTIO_SETTINGS, type MeshSettings } from '../mesh.js';
import { counted, durationText, entry, source, visible } from './words.js';

/** Who is in the mesh, for people: services, then workloads, each with what belongs to it. */
export function renderExplainedMesh(mesh: ExplainedMesh): string {
  const { services, workloads, settings } = mesh;
  const lines = [
    `Istio ${settings.istioVersion.join('.')}, unknown destinations: ${settings.outboundTrafficPolicy}`,
    ...settingsLines(settings),
    '',
    counted(services.length, 'service'),
    ...services.flatMap(serviceLines),
    ...mesh.aliases.map(
      ({ name, target, origin }) => `  ${visible(name)}, an alias of ${visible(target)} ${source(origin)}`,
    ),
    '',
    `${counted(workloads.length, 'workload')}, ${workloads.filter(({ inMesh }) => inMesh).length} in the mesh`,
    ...workloads.flatMap(workloadLines),
  ];
  return `${lines.join('\n')}\n`;
}

/** What people wrote for the whole mesh, where it is not what Istio does by itself. */
function settingsLines(settings: MeshSettings): readonly string[] {
  if (settings.origin === null) return [];
  const { rootNamespace, connectTimeoutMs, defaultRetry, connectionPool, outlierDetection } = settings;
  const own = [
    ...(rootNamespace === ISTIO_SETTINGS.rootNamespace ? [] : [`root namespace ${visible(rootNamespace)}`]),
    ...(connectTimeoutMs === ISTIO_SETTINGS.connectTimeoutMs
      ? []
      : [`connect within ${durationText(connectTimeoutMs)}`]),
    ...(defaultRetry === null ? [] : [`retries ${source(defaultRetry.origin)}`]),
    ...(connectionPool === null ? [] : [`connection pools ${source(connectionPool.origin)}`]),
    ...(outlierDetection === null ? [] : [`outlier detection ${source(outlierDetection.origin)}`]),
    ...(settings.h2Upgrade ? ['HTTP/1.1 upgraded to HTTP/2'] : []),
    ...(settings.autoMtls ? [] : ['no automatic mutual TLS']),
  ];
  return entry('mesh', `${own.length > 0 ? `${own.join(', ')} ` : ''}${source(settings.origin)}`);
}

function serviceLines(service: ExplainedService): readonly string[] {
  const ports = service.ports.map(({ number, protocol, targetPort }) => {
    const target = targetPort === number ? '' : ` -> ${visible(String(targetPort))}`;
    return `${number}${target} ${protocol === 'auto' ? 'undeclared' : protocol}`;
  });
  const traits = [...(service.external ? ['external'] : []), ...(service.headless ? ['headless'] : [])];
  const endpoints = [...service.workloads, ...service.addresses].map(visible);
  return [
    `  ${[visible(service.name), ...traits].join(', ')} ${source(service.origin)}`,
    ...entry('ports', ports.join(', '), 4),
    ...entry('endpoints', endpoints.length > 0 ? endpoints.join(', ') : 'none in the manifests', 4),
  ];
}

function workloadLines(workload: ExplainedWorkload): readonly string[] {
  const version = workload.version === null ? '' : `, version ${visible(workload.version)}`;
  const listeners = workload.listeners.map(({ port, hosts }) => `${port} for ${hosts.map(visible).join(', ')}`);
  return [
    `  ${visible(workload.name)}: ${counted(workload.replicas, 'pod')}${version}, ${placeInMesh(workload)} ${source(workload.origin)}`,
    ...(workload.services.length > 0 ? entry('serves', workload.services.map(visible).join(', '), 4) : []),
    ...listeners.flatMap((listener) => entry('listens', listener, 4)),
  ];
}

function placeInMesh({ role, inMesh, ambient }: ExplainedWorkload): string {
  if (role !== 'app') return role;
  if (ambient) return 'in ambient mode';
  return inMesh ? 'in the mesh' : 'outside the mesh';
}
