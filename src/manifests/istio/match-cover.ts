import type { Section } from '../../reading/index.js';
import { number, section, text } from './read.js';

/** A condition as text, by its name. */
type Conditions = ReadonlyMap<string, string>;

/**
 * Whether the URI prefix of `earlier` takes all that `later` asks for: a true prefix, the same port, and every other
 * condition equal to, or beginning with, the later one's. A method that is not written counts as GET.
 * Source: Istio 1.32, pkg/config/validation/validation.go, coveredValidation.
 */
export function coversRequests(earlier: Section, later: Section): boolean {
  const [short, long] = [prefixOf(earlier), prefixOf(later)];
  if (short === long || !long.startsWith(short)) return false;
  if (number(earlier, 'port') !== number(later, 'port')) return false;
  const methods = [
    literalOf(section(earlier, 'method')) || 'GET',
    literalOf(section(later, 'method')) || 'GET',
  ] as const;
  const authorities = [literalOf(section(earlier, 'authority')), literalOf(section(later, 'authority'))] as const;
  if (!methods[0].startsWith(methods[1]) || !authorities[0].startsWith(authorities[1])) return false;
  return ['headers', 'queryParams', 'withoutHeaders'].every((key) =>
    covers(conditions(section(earlier, key)), conditions(section(later, key))),
  );
}

function covers(earlier: Conditions, later: Conditions): boolean {
  if (earlier.size !== later.size) return false;
  return [...earlier].every(([name, value]) => later.has(name) && value.startsWith(later.get(name)!));
}

function prefixOf(match: Section): string {
  return text(section(match, 'uri'), 'prefix') ?? '';
}

function conditions(parent: Section | null): Conditions {
  return new Map((parent?.keys() ?? []).map((name) => [name, literalOf(section(parent, name))]));
}

/** A regex counts as empty. */
function literalOf(match: Section | null): string {
  return text(match, 'exact') ?? text(match, 'prefix') ?? '';
}
