import type { EffectiveVirtualHost } from '../effective.js';
import type { HostTable } from './host-table.js';

/** The virtual hosts of a table, each once with all its domains; those without rules are none. */
export function virtualHostsOf<T>(
  table: HostTable<T>,
  rulesAt: (value: T) => Omit<EffectiveVirtualHost, 'domains'>,
): readonly EffectiveVirtualHost[] {
  const domains = new Map<T, string[]>();
  for (const { pattern, value } of table.entries()) {
    const known = domains.get(value);
    if (known === undefined) domains.set(value, [pattern]);
    else known.push(pattern);
  }
  return [...domains]
    .map(([value, names]) => ({ domains: names, ...rulesAt(value) }))
    .filter(({ rules, httpsRedirect }) => rules.length > 0 || httpsRedirect);
}
