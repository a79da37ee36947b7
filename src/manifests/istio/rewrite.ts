import { authoritiesOf, type Rewrite } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { account } from './account.js';
import { refuse } from './checks.js';
import type { Context } from './context.js';
import { REGEX_REWRITE_FIELDS, REWRITE_FIELDS } from './fields/virtual-service.js';
import type { Headers } from './headers.js';
import { section, text } from './read.js';
import { checkRegex } from './string-match.js';

/** `rewrite` of a rule. Source: Istio 1.32, pkg/config/validation, validateHTTPRewrite. */
export function translateRewrite(rule: Section, headers: Headers, context: Context): Rewrite | null {
  const rewrite = section(rule, 'rewrite');
  checkAuthority(rule, rewrite, headers);
  if (rewrite === null) return null;
  account(rewrite, REWRITE_FIELDS, context);
  const [uri, authority] = [text(rewrite, 'uri') || null, text(rewrite, 'authority') || null];
  const uriRegex = translateRegex(rewrite, context);
  if (uri === null && authority === null && uriRegex === null) {
    refuse(rule, 'the rewrite changes nothing', "add 'uri', 'uriRegexRewrite' or 'authority'", 'rewrite');
  }
  if (uri !== null && uriRegex !== null)
    refuse(rewrite, 'uri stands beside uriRegexRewrite', 'keep one of them', 'uri');
  return { uri, uriRegex, authority };
}

/** The authority may be rewritten in one place. Source: pkg/config/validation/virtualservice.go, validateAuthorityRewrite. */
function checkAuthority(rule: Section, rewrite: Section | null, headers: Headers): void {
  const inHeaders = authoritiesOf(headers.request);
  if (rewrite !== null && text(rewrite, 'authority') && inHeaders.length > 0) {
    refuse(rewrite, 'the authority is rewritten here and in headers', 'keep one of them', 'authority');
  } else if (inHeaders.slice(0, -1).some((authority) => authority !== '')) {
    refuse(section(rule, 'headers')!, 'the authority is rewritten more than once', 'keep one of them', 'request');
  }
}

function translateRegex(rewrite: Section, context: Context): Rewrite['uriRegex'] {
  const regex = section(rewrite, 'uriRegexRewrite');
  if (regex === null) return null;
  account(regex, REGEX_REWRITE_FIELDS, context);
  const match = text(regex, 'match') ?? '';
  checkRegex(regex, 'match', match);
  const substitution = text(regex, 'rewrite') ?? '';
  if (substitution === '') refuse(regex, 'the regex is replaced by nothing', "add 'rewrite: ...'", 'rewrite');
  return { match, rewrite: substitution };
}
