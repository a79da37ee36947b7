import type { Mesh } from '../mesh.js';
import type { DestinationRule } from '../policies.js';
import type { Service } from '../service.js';
import type { Workload } from '../workload.js';
import { addRule } from './destination-rule-merge.js';
import { isExportedTo, isPrivate } from './export-to.js';
import { remembered } from './grouping.js';
import { HostTable } from './host-table.js';
import { selects } from './labels.js';

type RulesByNamespace = Map<string, HostTable<DestinationRule[]>>;

/**
 * Finds the DestinationRule that a proxy applies to a service: in the client's namespace, else in the service's, else
 * in the root namespace. The first with a rule for the host ends the search, a mere wildcard included; nothing is
 * merged across namespaces.
 * Source: Istio 1.31, pilot/pkg/model/push_context.go, `destinationRule`; sidecar.go, `DestinationRule`.
 */
export class DestinationRuleIndex {
  readonly #rootNamespace: string;
  readonly #local: RulesByNamespace;
  readonly #rootPrivate: RulesByNamespace;
  readonly #exported: RulesByNamespace;

  constructor(mesh: Mesh) {
    const inOrder = mesh.destinationRules.map(asExported).sort(selectiveFirst);
    this.#rootNamespace = mesh.settings.rootNamespace;
    // One that is exported to others alone is none of its own namespace's.
    this.#local = indexed(inOrder.filter(({ namespace, exportTo }) => isExportedTo(namespace, namespace, exportTo)));
    this.#exported = indexed(inOrder.filter((rule) => !isPrivate(rule.namespace, rule.exportTo)));
    this.#rootPrivate = indexed(inOrder.filter((rule) => isPrivate(rule.namespace, rule.exportTo)));
  }

  /** The rule for calls from `client` to `service`. One with a workload selector counts in its own namespace only. */
  outbound(client: Workload, service: Service): DestinationRule | null {
    const rules = this.#rulesFor(client.namespace, service);
    const own = rules.find((rule) => rule.namespace === client.namespace && isSelected(rule, client));
    return own ?? unselective(rules);
  }

  /** The rule that the service's own pods apply on their server side: never one with a workload selector. */
  inbound(server: Workload, service: Service): DestinationRule | null {
    return unselective(this.#rulesFor(server.namespace, service));
  }

  #rulesFor(client: string, service: Service): readonly DestinationRule[] {
    // Rules of the root namespace are meant for everybody: its own proxies must not take them first.
    const own = client === this.#rootNamespace ? this.#rootPrivate : this.#local;
    return (
      own.get(client)?.find(service.host)?.value ??
      this.#exportedFrom(service.namespace, client, service) ??
      this.#exportedFrom(this.#rootNamespace, client, service) ??
      []
    );
  }

  #exportedFrom(owner: string, client: string, service: Service): readonly DestinationRule[] | null {
    const rules = this.#exported.get(owner)?.find(service.host)?.value ?? [];
    // By name: to its own namespace ('.') it is exported above.
    const seen = rules.filter(({ exportTo }) => isExportedTo(client, '', exportTo));
    return seen.length > 0 ? seen : null;
  }
}

/** With a workload selector a rule stays in its namespace, whatever `exportTo` says. */
function asExported(rule: DestinationRule): DestinationRule {
  return rule.workloadSelector === null ? rule : { ...rule, exportTo: ['.'] };
}

function selectiveFirst(a: DestinationRule, b: DestinationRule): number {
  return Number(a.workloadSelector === null) - Number(b.workloadSelector === null) || a.age - b.age;
}

function indexed(rules: readonly DestinationRule[]): RulesByNamespace {
  const index: RulesByNamespace = new Map();
  for (const rule of rules) {
    const table = remembered(index, rule.namespace, () => new HostTable<DestinationRule[]>());
    const sameHost = table.getOrAdd(rule.host, () => []);
    addRule(sameHost, rule);
  }
  return index;
}

function isSelected(rule: DestinationRule, client: Workload): boolean {
  return rule.workloadSelector !== null && selects(rule.workloadSelector, client.labels);
}

/** Of several that differ in `exportTo` the youngest counts. */
function unselective(rules: readonly DestinationRule[]): DestinationRule | null {
  return rules.findLast((rule) => rule.workloadSelector === null) ?? null;
}
