import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { parseQuantity } from './quantity.js';

/** CPU in cores; null: not given. */
export interface CpuResources {
  readonly limit: number | null;
  readonly request: number | null;
}

/**
 * CPU of all containers of a pod together: they run side by side. One container without a limit may take the whole
 * node, so then there is no limit; requests are summed over those that have one.
 */
export function podCpu(containers: readonly Section[]): CpuResources {
  const each = containers.map(containerCpu);
  const limits = each.map(({ limit }) => limit);
  const requests = each.flatMap(({ request }) => request ?? []);
  const unlimited = limits.length === 0 || limits.includes(null);
  return {
    limit: unlimited ? null : limits.reduce<number>((sum, limit) => sum + limit!, 0),
    request: requests.length === 0 ? null : requests.reduce((sum, request) => sum + request, 0),
  };
}

/** A request left out is the limit, as Kubernetes defaults it. */
export function containerCpu(container: Section): CpuResources {
  const resources = container.section('resources');
  const limit = cores(resources?.section('limits') ?? null);
  const request = cores(resources?.section('requests') ?? null) ?? limit;
  return { limit: limit === 0 ? null : limit, request }; // a limit of 0 is no limit to the kernel
}

function cores(section: Section | null): number | null {
  const value = section?.value('cpu') ?? null;
  if (value === null) return null;
  const parsed = value.kind === 'scalar' ? parseQuantity(value.written) : null;
  if (parsed === null) {
    value.refuse('bad-quantity', `${quote(value.written)} is not an amount of CPU`, "write cores, such as '500m' or 2");
  }
  return parsed;
}
