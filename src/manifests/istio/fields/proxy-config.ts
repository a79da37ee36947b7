import type { IProxyConfig } from '@kubernetes-models/istio/networking.istio.io/v1beta1';
import type { Decisions } from './decision.js';

type Spec = NonNullable<IProxyConfig['spec']>;

export const PROXY_CONFIG_RESOURCE_FIELDS = {
  concurrency: 'modelled',
  environmentVariables: 'modelled', // a few of them: readVariables
  image: 'no-effect',
  selector: 'modelled',
} as const satisfies Decisions<Spec>;
