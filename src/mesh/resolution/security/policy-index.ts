import type { WorkloadPolicies } from '../../effective-security.js';
import type { Mesh } from '../../mesh.js';
import type { AuthorizationPolicy, RequestAuthentication } from '../../security.js';
import type { Labels, Service } from '../../service.js';
import type { Workload } from '../../workload.js';
import { groupBy } from '../grouping.js';
import { selects } from '../labels.js';
import { isAttachedTo } from './waypoint-policies.js';

type Policy = RequestAuthentication | AuthorizationPolicy;

/**
 * Which policies act on a workload's requests: the root namespace's and its own namespace's, without selector or with
 * one that selects it. Policies that are only a dry run are none. A CUSTOM policy whose provider nobody has declared, or
 * one of several providers, denies whatever it matches (`getBadCustomDenyRules`).
 * Source: Istio 1.31, pilot/pkg/model/authorization.go, `ListAuthorizationPolicies`; authentication.go;
 * pilot/pkg/security/authz/builder/builder.go.
 */
export class PolicyIndex {
  readonly #tokens: ReadonlyMap<string, readonly RequestAuthentication[]>;
  readonly #authorization: ReadonlyMap<string, readonly AuthorizationPolicy[]>;
  readonly #rootNamespace: string;
  readonly #providers: readonly string[] | null;

  constructor(mesh: Mesh) {
    const enforced = mesh.authorizationPolicies.filter(({ dryRun }) => !dryRun);
    this.#tokens = groupBy(byAge(mesh.requestAuthentications), ({ namespace }) => namespace);
    this.#authorization = groupBy(byAge(enforced), ({ namespace }) => namespace);
    this.#rootNamespace = mesh.settings.rootNamespace;
    this.#providers = mesh.settings.authorizationProviders;
  }

  /** Null: none acts. */
  of(workload: Workload): WorkloadPolicies | null {
    const tokens = this.#acting(this.#tokens, workload);
    return this.#grouped(tokens, this.#acting(this.#authorization, workload));
  }

  /** Those attached to what the waypoint does for the service. Null: none. */
  atWaypoint(waypoint: Workload, service: Service): WorkloadPolicies | null {
    const at = { waypoint, service, rootNamespace: this.#rootNamespace };
    const acts = ({ namespace, targets }: Policy) => targets?.some((target) => isAttachedTo(target, namespace, at));
    const attached = <P extends Policy>(byNamespace: ReadonlyMap<string, readonly P[]>) =>
      [...new Set([this.#rootNamespace, waypoint.namespace, service.namespace])].flatMap((name) =>
        (byNamespace.get(name) ?? []).filter(acts),
      );
    return this.#grouped(attached(this.#tokens), attached(this.#authorization));
  }

  #grouped(
    tokens: readonly RequestAuthentication[],
    authorization: readonly AuthorizationPolicy[],
  ): WorkloadPolicies | null {
    if (tokens.length === 0 && authorization.length === 0) return null;
    const withAction = (wanted: AuthorizationPolicy['action']) =>
      authorization.filter(({ action }) => action === wanted);
    const custom = withAction('custom');
    const asksSeveral = new Set(custom.map(({ provider }) => provider)).size > 1;
    const isBroken = (policy: AuthorizationPolicy) => asksSeveral || this.#asksNobody(policy);
    return {
      tokens,
      custom: custom.filter((policy) => !isBroken(policy)),
      audit: withAction('audit'),
      deny: [...custom.filter(isBroken), ...withAction('deny')],
      allow: withAction('allow'),
    };
  }

  /** A provider that nobody has declared. */
  #asksNobody({ provider }: AuthorizationPolicy): boolean {
    return provider !== null && this.#providers !== null && !this.#providers.includes(provider);
  }

  #acting<P extends Policy>(
    byNamespace: ReadonlyMap<string, readonly P[]>,
    { namespace, labels }: { readonly namespace: string; readonly labels: Labels },
  ): readonly P[] {
    const namespaces = new Set([this.#rootNamespace, namespace]);
    const candidates = [...namespaces].flatMap((name) => byNamespace.get(name) ?? []);
    return candidates.filter(
      ({ selector, targets }) => targets === undefined && (selector === null || selects(selector, labels)),
    );
  }
}

function byAge<P extends Policy>(policies: readonly P[]): readonly P[] {
  return policies.toSorted((a, b) => a.age - b.age);
}
