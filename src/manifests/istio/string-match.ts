import { RE2JS } from 're2js';
import type { StringMatch } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { account } from './account.js';
import { refuse } from './checks.js';
import type { Context } from './context.js';
import { STRING_MATCH_FIELDS } from './fields/virtual-service.js';
import { section, text } from './read.js';

/** Longer ones are refused, as a stand-in for the size of the compiled program. */
const REGEX_CHARS_MAX = 1024;

/**
 * `exact`, `prefix` or `regex`; `{}` asks for presence. Null when `key` is not written. A regex that RE2 refuses is
 * refused here too. Source: Istio 1.32, pkg/config/validation/virtualservice.go and validation.go, validateStringMatch.
 */
export function translateStringMatch(parent: Section | null, key: string, context: Context): StringMatch | null {
  const match = section(parent, key);
  if (match === null) return null;
  account(match, STRING_MATCH_FIELDS, context);
  for (const kind of ['exact', 'prefix', 'regex'] as const) {
    const value = text(match, kind);
    if (value === null) continue;
    if (kind === 'regex') checkRegex(match, kind, value);
    else if (kind === 'prefix') checkPrefix(match, value);
    return { kind, value };
  }
  return { kind: 'present' };
}

/** Refuses what Envoy's regex engine would. */
export function checkRegex(at: Section, key: string, regex: string): void {
  const help = 'see https://github.com/google/re2/wiki/Syntax';
  if (regex === '') refuse(at, 'the regex is empty', "write a pattern, such as '/v[0-9]+/.*'", key);
  else if (regex.length > REGEX_CHARS_MAX) {
    refuse(at, `the regex has ${regex.length} characters`, `at most ${REGEX_CHARS_MAX} are taken`, key);
  } else if (!isRe2(regex)) refuse(at, `${quote(regex)} is not a regex that RE2 takes`, help, key);
}

function isRe2(regex: string): boolean {
  try {
    RE2JS.compile(regex);
    return true;
  } catch {
    return false; // whatever it says: the pattern does not compile
  }
}

/** Every path begins with nothing; of anything else that is no condition. An empty `exact` asks for the empty text. */
function checkPrefix(match: Section, value: string): void {
  if (value !== '' || match.path.endsWith('.uri')) return;
  refuse(match, 'the prefix match is empty', "write what to match; '{}' asks for presence", 'prefix');
}
