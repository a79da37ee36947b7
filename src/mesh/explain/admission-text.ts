import type { AuthorizationVerdict, TokenVerdict, Transport } from '../effective-security.js';
import type { ExplainedEndpoint } from '../explain.js';
import type { ExplainedAdmission } from '../explain-admission.js';
import type { ExplainedPolicy } from '../explain-policies.js';
import { entry, source, visible } from './words.js';

const TRANSPORTS: Readonly<Record<Transport, string>> = {
  plaintext: 'plaintext',
  'mutual-tls': 'mutual TLS',
  tls: 'TLS of its own',
  refused: 'plaintext, which it refuses: 503, flag UC',
  'certificate-refused': 'TLS whose certificate it refuses: 503, flag UC',
  'handshake-failure': 'a handshake that fails: 503, flag UF',
};

/** How a request gets in at a server or a gateway, for people. */
export function admissionLines(admission: ExplainedAdmission): readonly string[] {
  const { transport, mutualTls, token, authorization } = admission;
  return [
    ...(transport === null ? [] : entry('over', TRANSPORTS[transport])),
    ...(mutualTls === null ? [] : entry('mode', `${mutualTls.mode.toUpperCase()} ${source(mutualTls.origin)}`)),
    ...(token.kind === 'none' ? [] : entry('token', tokenText(token))),
    ...entry(
      'policies',
      authorization === null ? 'none: everything passes (default)' : verdictText(token, authorization),
    ),
    ...guessLines(authorization),
  ];
}

function tokenText(token: Exclude<TokenVerdict, { kind: 'none' }>): string {
  if (token.kind === 'refused') return `refused with ${token.status}`;
  return `taken: issuer ${visible(token.token.issuer)} ${source(token.rule.origin)}`;
}

function verdictText(token: TokenVerdict, { allowed, by }: AuthorizationVerdict): string {
  if (token.kind === 'refused') return 'not asked';
  const named = by === null ? '' : `${visible(by.name)} ${source(by.origin)}`;
  if (allowed) return by === null ? 'no DENY policy matches: allowed' : `allowed by ${named}`;
  return `403: ${by === null ? 'no ALLOW policy matches' : `denied by ${named}`}`;
}

function guessLines(verdict: AuthorizationVerdict | null): readonly string[] {
  const guessed = verdict?.guessed.length ?? 0;
  if (guessed === 0) return [];
  return entry(
    '',
    `${guessed === 1 ? 'a condition' : `${guessed} conditions`} on what nobody has said, such as an address`,
  );
}

/** How callers get in at an endpoint, for any request: lines below its name. */
export function doorLines({ transport, mutualTls, policies }: ExplainedEndpoint): readonly string[] {
  const mode = mutualTls === null ? '' : `, mode ${mutualTls.mode.toUpperCase()} ${source(mutualTls.origin)}`;
  return [
    ...(mutualTls === null && transport === 'plaintext' ? [] : entry('  over', `${TRANSPORTS[transport]}${mode}`)),
    ...policyLines(policies, '  judged'),
  ];
}

/** The policies that judge requests, in their order; none: nobody does. */
export function policyLines(policies: readonly ExplainedPolicy[], label: string): readonly string[] {
  return policies.flatMap(({ kind, name, origin }, i) =>
    entry(i === 0 ? label : '', `${kind === 'tokens' ? 'its token' : kind} by ${visible(name)} ${source(origin)}`),
  );
}
