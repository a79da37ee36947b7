import type { Mesh, Origin, Service, Workload } from '../mesh/index.js';
import { workloadName } from '../mesh/index.js';
import type { Behaviour, Scenario } from '../scenario/index.js';

/** Where isotope's services listen. */
const ISOTOPE_PORT = 8080;

/**
 * The mesh with a workload and a service for each service of the behaviour graph that no manifest declares: isotope's own
 * converter would have written them.
 */
export function withImpliedServices(mesh: Mesh, scenario: Scenario): Mesh {
  const known = new Set(mesh.workloads.map(workloadName));
  const hosts = new Set(mesh.services.map(({ host }) => host));
  const missing = scenario.behaviours.filter(
    ({ isOfGraph, name }) => isOfGraph && !known.has(name) && !hosts.has(name),
  );
  if (missing.length === 0) return mesh;
  const oldest = mesh.services.length;
  return {
    ...mesh,
    workloads: [...mesh.workloads, ...missing.map(impliedWorkload)],
    services: [...mesh.services, ...missing.map((behaviour, i) => impliedService(behaviour, oldest + i))],
  };
}

function nameParts({ name }: Behaviour): { readonly namespace: string; readonly name: string } {
  const slash = name.indexOf('/');
  return slash < 0 ? { namespace: 'default', name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}

function originOf(behaviour: Behaviour, kind: string): Origin {
  const { file, line, column } = behaviour.place;
  return { file, line, column, path: '', resource: { kind, ...nameParts(behaviour) } };
}

function impliedWorkload(behaviour: Behaviour): Workload {
  const { namespace, name } = nameParts(behaviour);
  return {
    origin: originOf(behaviour, 'Deployment'),
    kind: 'Deployment',
    name,
    namespace,
    labels: { app: name },
    replicas: behaviour.replicas ?? 1,
    serviceAccount: 'default',
    cpuLimit: null,
    cpuRequest: null,
    namedPorts: {},
    role: 'app',
    proxy: { cpuLimit: 2, concurrency: 2 },
  };
}

function impliedService(behaviour: Behaviour, age: number): Service {
  const { namespace, name } = nameParts(behaviour);
  return {
    origin: originOf(behaviour, 'Service'),
    name,
    namespace,
    host: `${name}.${namespace}.svc.cluster.local`,
    external: false,
    location: 'mesh',
    resolution: 'cluster',
    ports: [{ number: ISOTOPE_PORT, name: 'http', protocol: 'http', targetPort: ISOTOPE_PORT }],
    selector: { app: name },
    headless: false,
    listensAnywhere: false,
    endpoints: [],
    prefers: 'any',
    exportTo: ['*'],
    age,
  };
}
