import type { IAuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1';
import type { Decisions, EntryOf } from './decision.js';

type Spec = NonNullable<IAuthorizationPolicy['spec']>;
type Rule = EntryOf<Spec['rules']>;
type From = EntryOf<Rule['from']>;
type To = EntryOf<Rule['to']>;

export const AUTHORIZATION_POLICY_FIELDS = {
  action: 'modelled',
  provider: 'modelled', // what it answers is not: reported as a finding
  rules: 'modelled',
  selector: 'modelled',
  targetRef: 'modelled',
  targetRefs: 'modelled',
} as const satisfies Decisions<Spec>;

export const PROVIDER_FIELDS = { name: 'modelled' } as const satisfies Decisions<NonNullable<Spec['provider']>>;

export const AUTHORIZATION_RULE_FIELDS = {
  from: 'modelled',
  to: 'modelled',
  when: 'modelled',
} as const satisfies Decisions<Rule>;

export const FROM_FIELDS = { source: 'modelled' } as const satisfies Decisions<From>;

export const SOURCE_FIELDS = {
  ipBlocks: 'modelled',
  namespaces: 'modelled',
  notIpBlocks: 'modelled',
  notNamespaces: 'modelled',
  notPrincipals: 'modelled',
  notRemoteIpBlocks: 'modelled',
  notRequestPrincipals: 'modelled',
  notServiceAccounts: 'modelled',
  principals: 'modelled',
  remoteIpBlocks: 'modelled',
  requestPrincipals: 'modelled',
  serviceAccounts: 'modelled',
} as const satisfies Decisions<NonNullable<From['source']>>;

export const TO_FIELDS = { operation: 'modelled' } as const satisfies Decisions<To>;

export const OPERATION_FIELDS = {
  hosts: 'modelled',
  methods: 'modelled',
  notHosts: 'modelled',
  notMethods: 'modelled',
  notPaths: 'modelled',
  notPorts: 'modelled',
  paths: 'modelled',
  ports: 'modelled',
} as const satisfies Decisions<NonNullable<To['operation']>>;

export const WHEN_FIELDS = {
  key: 'modelled',
  notValues: 'modelled',
  values: 'modelled',
} as const satisfies Decisions<EntryOf<Rule['when']>>;
