import type { Redirect } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { account } from './account.js';
import { port, refuse } from './checks.js';
import type { Context } from './context.js';
import { REDIRECT_FIELDS } from './fields/virtual-service.js';
import { number, section, text } from './read.js';

const MOVED_PERMANENTLY = 301;
const TARGETS = ['uri', 'authority', 'scheme', 'port', 'derivePort'];

/** `redirect` of a rule. Source: Istio 1.32, pkg/config/validation, validateHTTPRedirect. */
export function translateRedirect(rule: Section, context: Context): Redirect | null {
  const redirect = section(rule, 'redirect');
  if (redirect === null) return null;
  account(redirect, REDIRECT_FIELDS, context);
  if (!TARGETS.some((key) => redirect.has(key) && redirect.raw(key) !== '')) {
    refuse(rule, 'the redirect leads nowhere', "add 'uri', 'authority', 'scheme' or 'port'", 'redirect');
  }
  return {
    status: statusOf(redirect),
    uri: text(redirect, 'uri') || null,
    authority: text(redirect, 'authority') || null,
    scheme: text(redirect, 'scheme') || null,
    port: port(redirect, 'port'),
    keepsPort: text(redirect, 'derivePort') === 'FROM_REQUEST_PORT',
  };
}

function statusOf(redirect: Section): number {
  const status = number(redirect, 'redirectCode') ?? 0;
  if (status === 0) return MOVED_PERMANENTLY;
  if (status >= 300 && status <= 399) return status;
  refuse(redirect, `${quote(String(status))} is no redirect`, 'write 301, 302, 303, 307 or 308', 'redirectCode');
  return MOVED_PERMANENTLY;
}
