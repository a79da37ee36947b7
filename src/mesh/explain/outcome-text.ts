import type { EffectiveHost } from '../effective.js';
import { destinationLines } from './rule-text.js';
import { entry, visible } from './words.js';

/** What a proxy does with a host, before any rule. */
export function outcomeLines(outcome: EffectiveHost): readonly string[] {
  switch (outcome.kind) {
    case 'routes':
      return [
        ...entry('domain', visible(outcome.domain)),
        ...(outcome.service === null ? [] : entry('service', visible(outcome.service.host))),
        ...(outcome.httpsRedirect ? entry('redirect', '301 to https for every plaintext request') : []),
      ];
    case 'tcp':
      return [...entry('TCP', 'connections, not requests'), ...destinationLines(outcome.destinations)];
    case 'passthrough':
      return entry('passes', 'to the address itself: no timeout, no retries, no pool, no subsets');
    case 'blocked':
      return entry(
        'blocked',
        outcome.isHttp
          ? '502: unknown host, and the outbound policy is REGISTRY_ONLY'
          : 'the connection is closed: no listener for HTTP has the port, and the outbound policy is REGISTRY_ONLY',
      );
    case 'no-route':
      return entry('no route', '404, flag NR: no virtual host has this domain');
    case 'no-chain':
      return entry('closed', 'flag NR: connections here are in TLS, and none of its server names is this one');
    case 'no-listener':
      return entry('refused', 'nobody listens on that port');
  }
}
