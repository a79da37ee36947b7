import type { EffectiveRateLimit, RateLimitFilter } from '../effective.js';
import type { Mesh } from '../mesh.js';
import type { PatchContext, RateLimitPatch, RateLimitPolicy } from '../rate-limits.js';
import type { Workload } from '../workload.js';
import { remembered } from './grouping.js';
import { normalHost } from './host-name.js';
import { selects } from './labels.js';
import { isSince } from './version.js';

/** Where in a proxy an HTTP request is: which listener took it, and what its route configuration made of it. */
export interface HttpPlace {
  readonly context: PatchContext;
  /** Names the listener, or the filter chain of one, among those of a proxy. */
  readonly listener: string;
  readonly listenerPort: number;
  /** The name of the route configuration, and the ports that it is for, by which patches choose it. */
  readonly configName: string;
  readonly configPorts: readonly number[];
  /** Null: no virtual host has the request's host. */
  readonly virtualHost: { readonly name: string; readonly domains: readonly string[] } | null;
  /** Null: no route takes it. `id` tells it from the other routes of the virtual host. */
  readonly route: {
    readonly id: string;
    readonly name: string;
    readonly action: 'route' | 'redirect' | 'direct-response';
  } | null;
}

const NONE: readonly EffectiveRateLimit[] = [];

/**
 * Which local rate limits a request meets in a proxy. Each filter of a listener has a token bucket of its own; what is set
 * for a virtual host or a route takes its place, with a bucket of its own for each of them; the route's counts first.
 * Source: Istio 1.31, pilot/pkg/networking/core/envoyfilter/listener_patch.go and rc_patch.go; Envoy 1.37,
 * source/extensions/filters/http/local_ratelimit/local_ratelimit.cc.
 */
export class RateLimitIndex {
  readonly #patches: readonly RateLimitPatch[]; // in the order in which they are applied
  readonly #rootNamespace: string;
  readonly #refillsInSteps: boolean;
  readonly #ofWorkload = new Map<Workload, readonly RateLimitPatch[]>();

  constructor(mesh: Mesh) {
    const { rootNamespace } = mesh.settings;
    this.#rootNamespace = rootNamespace;
    this.#refillsInSteps = !isSince(mesh.settings.istioVersion, 23);
    const isRoot = ({ namespace }: RateLimitPatch) => Number(namespace === rootNamespace);
    this.#patches = mesh.rateLimits.toSorted(
      (a, b) => isRoot(b) - isRoot(a) || a.priority - b.priority || a.age - b.age,
    );
  }

  /** Whether any limit is meant for the workload's proxies. */
  has(workload: Workload): boolean {
    return this.#patches.length > 0 && this.#of(workload).length > 0;
  }

  /** Those that a request meets, in the order of their filters; none that never refuses anything. */
  at(workload: Workload, place: HttpPlace): readonly EffectiveRateLimit[] {
    if (!this.has(workload)) return NONE;
    const patches = this.#of(workload).filter(({ contexts }) => contexts.includes(place.context));
    return inserted(patches, place).flatMap((filter) => {
      const nearest = nearestSetting(patches, filter.filterName, place);
      const policy = nearest?.policy ?? filter.policy;
      const bucket = `${keyOf(filter)} ${place.listener} ${nearest?.scope ?? ''}`;
      return effective(policy, bucket, { goesFirst: isFirst(filter), refillsInSteps: this.#refillsInSteps });
    });
  }

  /** The filters of the place's listener in their order, and what is set anew there. */
  filtersAt(workload: Workload, place: HttpPlace): readonly RateLimitFilter[] {
    const patches = this.#of(workload).filter(({ contexts }) => contexts.includes(place.context));
    return inserted(patches, place).map((filter) => ({
      name: filter.filterName,
      isFirst: isFirst(filter),
      policy: filter.policy,
      ofHost: settingOf('virtual-host', patches, filter.filterName, place),
      ofRoute: settingOf('route', patches, filter.filterName, place),
    }));
  }

  #of(workload: Workload): readonly RateLimitPatch[] {
    return remembered(this.#ofWorkload, workload, () =>
      this.#patches.filter(
        ({ namespace, workloadSelector }) =>
          (namespace === workload.namespace || namespace === this.#rootNamespace) &&
          (workloadSelector === null || selects(workloadSelector, workload.labels)),
      ),
    );
  }
}

/** The filters of the listener in their order: each that goes first goes before those before it. */
function inserted(patches: readonly RateLimitPatch[], { listenerPort }: HttpPlace): readonly RateLimitPatch[] {
  const filters: RateLimitPatch[] = [];
  const last: RateLimitPatch[] = [];
  for (const patch of patches) {
    const { target } = patch;
    if (target.kind !== 'filter' || (target.port !== null && target.port !== listenerPort)) continue;
    if (target.isFirst) filters.unshift(patch);
    else last.push(patch);
  }
  return [...filters, ...last];
}

/** What the routes say for a filter, the last patch of each kind; null: nothing. `scope` names whose setting it is. */
function nearestSetting(
  patches: readonly RateLimitPatch[],
  filterName: string,
  place: HttpPlace,
): { readonly policy: RateLimitPolicy; readonly scope: string } | null {
  const ofRoute = settingOf('route', patches, filterName, place);
  const host = place.virtualHost?.name ?? '';
  if (ofRoute !== null && place.route !== null) return { policy: ofRoute, scope: `${host} ${place.route.id}` };
  const ofHost = settingOf('virtual-host', patches, filterName, place);
  return ofHost && { policy: ofHost, scope: host };
}

function settingOf(
  kind: 'virtual-host' | 'route',
  patches: readonly RateLimitPatch[],
  filterName: string,
  place: HttpPlace,
): RateLimitPolicy | null {
  const isOwn = (patch: RateLimitPatch) => patch.filterName === filterName && patch.target.kind === kind;
  return patches.findLast((patch) => isOwn(patch) && isAt(patch, place))?.policy ?? null;
}

function isFirst({ target }: RateLimitPatch): boolean {
  return target.kind === 'filter' && target.isFirst;
}

function isAt({ target }: RateLimitPatch, { configName, configPorts, virtualHost, route }: HttpPlace): boolean {
  if (target.kind === 'filter' || virtualHost === null) return false;
  if (target.configName !== null && target.configName !== configName) return false;
  if (target.port !== null && !configPorts.includes(target.port)) return false;
  if (target.hostName !== null && target.hostName !== virtualHost.name) return false;
  if (target.domain !== null && !virtualHost.domains.includes(normalHost(target.domain))) return false;
  if (target.kind === 'virtual-host') return true;
  if (route === null) return false;
  return (
    (target.routeName === null || target.routeName === route.name) &&
    (target.action === null || target.action === route.action)
  );
}

/** `refillsInSteps`: as Envoy did before 1.31, the one of Istio 1.23 (its release notes; pull request 35207). */
function effective(
  policy: RateLimitPolicy,
  bucket: string,
  { goesFirst, refillsInSteps }: { readonly goesFirst: boolean; readonly refillsInSteps: boolean },
): readonly EffectiveRateLimit[] {
  const { origin, enabledShare, enforcedShare, status, resourceExhausted } = policy;
  if (policy.bucket === null || enabledShare === 0 || enforcedShare === 0) return NONE;
  const { maxTokens, tokensPerFill, fillIntervalMs } = policy.bucket;
  const tokensPerSecond = (1000 * tokensPerFill) / fillIntervalMs;
  return [
    {
      origin,
      bucket,
      maxTokens,
      tokensPerSecond,
      refillEveryMs: refillsInSteps ? fillIntervalMs : null,
      enabledShare,
      enforcedShare,
      status,
      resourceExhausted,
      isFirst: goesFirst,
    },
  ];
}

function keyOf({ origin }: RateLimitPatch): string {
  const { kind, namespace, name } = origin.resource;
  return `${kind}/${namespace}/${name}:${origin.path}`;
}
