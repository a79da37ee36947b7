import {
  type DestinationRule,
  type PortPolicy,
  policyAtPort,
  policyOfSubset,
  type Service,
  type Subset,
} from '../../mesh/index.js';

/** A cluster that a DestinationRule speaks of, and the policy that it writes for it, inheritance settled. */
export interface ClusterPolicy {
  readonly port: number;
  readonly subset: Subset | null;
  readonly policy: PortPolicy;
}

/** Of a service that the rule is about: for each port the service as a whole, then its subsets. */
export function clusterPolicies(rule: DestinationRule, service: Service): readonly ClusterPolicy[] {
  return service.ports.flatMap(({ number: port }) => {
    const whole = policyAtPort(rule, port);
    const subsets = rule.subsets.map((subset) => ({ port, subset, policy: policyOfSubset(whole, subset, port) }));
    return [{ port, subset: null, policy: whole }, ...subsets];
  });
}
