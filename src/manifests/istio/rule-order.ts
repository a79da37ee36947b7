import type { Section } from '../../reading/index.js';
import { coversRequests } from './match-cover.js';
import { list, section, text } from './read.js';

const UNREACHABLE = 'IST0130';
const INEFFECTIVE = 'IST0131';

/**
 * Rules that no request can reach (IST0130) and matches that an earlier one has already taken (IST0131), in the http,
 * tcp and tls rules of a VirtualService. Rules are named by their quoted name, or by # and their index from 0.
 * Source: Istio 1.32, pkg/config/validation/validation.go, analyzeUnreachableHTTPRules.
 */
export function checkRuleOrder(spec: Section | null): void {
  for (const kind of ['http', 'tcp', 'tls']) {
    const rules = list(spec, kind);
    checkRepeats(rules);
    if (kind === 'http') checkPrefixes(rules);
  }
}

function checkRepeats(rules: readonly Section[]): void {
  const ruleByMatch = new Map<string, number>();
  let catchAll: string | null = null;
  rules.forEach((rule, r) => {
    const name = nameOf(rule, r);
    const matches = list(rule, 'match');
    if (matches.length === 0) {
      if (catchAll !== null) reportUnreachable(rule, name, `rule ${catchAll} before it takes every request`);
      catchAll ??= name;
      return;
    }
    let repeats = 0;
    for (const [m, match] of matches.entries()) {
      const identity = identityOf(match);
      const earlier = ruleByMatch.get(identity);
      if (catchAll !== null) reportUnreachable(match, name, `rule ${catchAll} before it takes every request`);
      else if (earlier === undefined) ruleByMatch.set(identity, r);
      else {
        repeats++;
        const what = `match ${nameOf(match, m)} of rule ${name} repeats one of rule ${nameOf(rules[earlier]!, earlier)}`;
        match.info(INEFFECTIVE, what, 'leave it out: the first rule that matches is used');
      }
    }
    if (repeats === matches.length) reportUnreachable(rule, name, 'earlier rules have all its matches');
  });
}

/** URI prefixes that an earlier, shorter prefix has taken. */
function checkPrefixes(rules: readonly Section[]): void {
  const matches = rules.flatMap((rule, r) =>
    list(rule, 'match').map((match, m) => ({ match, m, name: nameOf(rule, r) })),
  );
  const prefixed = matches.filter(({ match }) => (text(section(match, 'uri'), 'prefix') ?? '') !== '');
  prefixed.forEach((later, i) => {
    const earlier = prefixed.slice(0, i).find(({ match }) => coversRequests(match, later.match));
    if (earlier === undefined) return;
    const what = `match ${nameOf(later.match, later.m)} of rule ${later.name}`;
    const cover = `match ${nameOf(earlier.match, earlier.m)} of rule ${earlier.name}`;
    later.match.info(INEFFECTIVE, `${what} is covered by the prefix of ${cover}`, 'put the longer prefix first');
  });
}

function reportUnreachable(at: Section, name: string, reason: string): void {
  at.warning(UNREACHABLE, `no request reaches rule ${name}: ${reason}`, 'move it up, or leave it out');
}

function nameOf(section: Section, index: number): string {
  const name = text(section, 'name') ?? '';
  return name === '' ? `#${index}` : JSON.stringify(name);
}

/** Two matches are the same when they say the same, in whatever order; the name apart. */
function identityOf(match: Section): string {
  const raw = match.raw() as Readonly<Record<string, unknown>>;
  return canonical({ ...raw, name: undefined });
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
}
