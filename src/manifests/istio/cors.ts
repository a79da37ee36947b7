import type { CorsPolicy, StringMatch } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs, refuse } from './checks.js';
import { DEPRECATED, SCHEMA_ERROR } from './codes.js';
import type { Context } from './context.js';
import { CORS_SINCE } from './fields/newcomers.js';
import { CORS_POLICY_FIELDS, STRING_MATCH_FIELDS } from './fields/virtual-service.js';
import { isHeaderName, NAME_HELP } from './headers.js';
import { list, section, text, textValues } from './read.js';
import { checkRegex } from './string-match.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'];

/**
 * `corsPolicy` of a rule: which preflights its proxy answers. What it writes into answers has no effect here.
 * Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, TranslateCORSPolicy; pkg/config/validation,
 * validateCORSPolicy.
 */
export function translateCors(rule: Section, context: Context): CorsPolicy | null {
  const cors = section(rule, 'corsPolicy');
  if (cors === null) return null;
  const known = account(cors, CORS_POLICY_FIELDS, context, CORS_SINCE);
  checkAnswer(cors);
  const written = list(cors, 'allowOrigins').flatMap((origin) => allowedOrigin(origin, context) ?? []);
  const exact = textValues(cors, 'allowOrigin').map(([value]): StringMatch => ({ kind: 'exact', value }));
  if (exact.length > 0) {
    cors.warning(DEPRECATED, 'allowOrigin is deprecated', "write 'allowOrigins: [{ exact: ... }]'", 'allowOrigin');
  }
  const ignores = known('unmatchedPreflights') && text(cors, 'unmatchedPreflights') === 'IGNORE';
  const allowOrigins = written.length > 0 ? written : exact;
  return { origin: originOf(cors), allowOrigins, forwardsUnmatched: !ignores };
}

function allowedOrigin(origin: Section, context: Context): StringMatch | null {
  account(origin, STRING_MATCH_FIELDS, context);
  for (const kind of ['exact', 'prefix', 'regex'] as const) {
    const value = text(origin, kind);
    if (value === null || value === '') continue;
    if (kind === 'regex') checkRegex(origin, kind, value);
    return { kind, value };
  }
  refuse(
    origin,
    'the allowed origin says nothing',
    "write 'exact: https://example.com', 'prefix: ...' or 'regex: ...'",
  );
  return null;
}

/** What goes into answers is checked, though nobody reads it. */
function checkAnswer(cors: Section): void {
  for (const [method, value] of textValues(cors, 'allowMethods')) {
    if (METHODS.includes(method)) continue;
    value.refuse(SCHEMA_ERROR, `${quote(method)} is no method`, `write one of ${METHODS.join(', ')}`);
  }
  for (const key of ['allowHeaders', 'exposeHeaders']) {
    for (const [name, value] of textValues(cors, key)) {
      if (name === '*' || isHeaderName(name, false)) continue;
      value.refuse(SCHEMA_ERROR, `${quote(name)} is not a header name`, NAME_HELP);
    }
  }
  const maxAgeMs = durationMs(cors, 'maxAge');
  if (maxAgeMs !== null && maxAgeMs % 1000 !== 0) refuse(cors, 'maxAge is not in whole seconds', 'round it', 'maxAge');
}
