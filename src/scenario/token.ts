import type { Token } from '../mesh/index.js';
import type { Section, Value } from '../reading/index.js';
import { required } from './field-readers.js';
import { FIELDS } from './fields.js';

/** Claims that are times, in seconds since 1970. */
const TIMES = ['exp', 'nbf'];

/** Reads `jwt`: the token of a request. */
export function tokenOf(value: Value | null): Token | null {
  const section = value?.asSection() ?? null;
  if (section === null) return null;
  section.account(FIELDS.jwt);
  const issuer = required(section, 'issuer')?.asText() ?? null;
  const claims = section.section('claims');
  if (claims !== null) checkClaims(claims);
  if (issuer === '') section.refuse('bad-token', 'a token has an issuer', "write 'https://...'", 'issuer');
  return issuer === null ? null : { issuer, claims: (claims?.raw() ?? {}) as Token['claims'] };
}

function checkClaims(claims: Section): void {
  if (claims.has('iss'))
    claims.refuse('bad-token', "'iss' is the issuer", "write it as 'issuer', beside 'claims'", 'iss');
  for (const name of TIMES.filter((time) => claims.has(time))) claims.number(name);
}
