import { expect, test } from 'vitest';
import { MeshResolver, verifyToken } from '../../../src/mesh/index.js';
import { workload } from '../../support/mesh.js';
import { meshOf, requestAuthentication } from '../../support/security.js';

const server = workload('server');
const rules = (...jwtRules: readonly object[]) => requestAuthentication({ jwtRules });

function verdict(policies: string, token: object | null, request: object = {}): string {
  const found = new MeshResolver({ ...meshOf(policies), workloads: [server] }).policies(server);
  const http = { method: 'GET', path: '/', host: 'server', headers: {}, token: null, ...request };
  const given = token === null ? null : { issuer: '', claims: {}, ...token };
  const result = verifyToken(found?.tokens ?? [], { ...http, token: given });
  return result.kind === 'refused' ? String(result.status) : result.kind;
}

const A = { issuer: 'a' };
const OF_BOOKS = { issuer: 'a', audiences: ['books', 'https://films/'] };
const past = Date.UTC(2020, 0, 1) / 1000;
const future = Date.UTC(2040, 0, 1) / 1000;
const two = rules(A) + requestAuthentication({ jwtRules: [{ issuer: 'b' }] }, { name: 'other' });

// The reference's 5.2; Istio 1.31, pilot/pkg/security/authn/policy_applier.go, convertToEnvoyJwtConfig.
const ROWS: readonly (readonly [string, string, object | null, string])[] = [
  ['no policy, no token', '', null, 'none'],
  ['no token', rules(A), null, 'none'],
  ['its issuer', rules(A), A, 'valid'],
  ['another issuer', rules(A), { issuer: 'b' }, '401'],
  ['a rule for any issuer', rules({ jwksUri: 'https://x/keys' }), { issuer: 'b' }, 'valid'],
  ['its audience', rules(OF_BOOKS), { ...A, claims: { aud: 'books' } }, 'valid'],
  ['one of its audiences', rules(OF_BOOKS), { ...A, claims: { aud: ['x', 'books'] } }, 'valid'],
  ['an audience but for its scheme and slash', rules(OF_BOOKS), { ...A, claims: { aud: 'http://films' } }, 'valid'],
  ['another audience', rules(OF_BOOKS), { ...A, claims: { aud: 'x' } }, '403'],
  ['no audience', rules(OF_BOOKS), A, '403'],
  ['an audience that no rule asks for', rules(A), { ...A, claims: { aud: 'x' } }, 'valid'],
  ['expired', rules(A), { ...A, claims: { exp: past } }, '401'],
  ['expired, and for others', rules(OF_BOOKS), { ...A, claims: { exp: past } }, '401'],
  ['not expired', rules(A), { ...A, claims: { exp: future } }, 'valid'],
  ['not valid yet', rules(A), { ...A, claims: { nbf: future } }, '401'],
  ['one of two rules', rules(A, { issuer: 'b' }), { issuer: 'b' }, 'valid'],
  ['one of two policies', two, { issuer: 'b' }, 'valid'],
  ['none of two policies', two, { issuer: 'c' }, '401'],
  ['two rules of one issuer', rules(OF_BOOKS, { ...A, audiences: ['x'] }), { ...A, claims: { aud: 'x' } }, 'valid'],
  ['an issuer unknown to one and an audience to the other', rules({ issuer: 'b' }, OF_BOOKS), A, '403'],
  ['a rule that looks elsewhere', rules({ ...A, fromHeaders: [{ name: 'x-jwt' }] }), { issuer: 'c' }, 'none'],
  ['a rule that looks into parameters', rules({ ...A, fromParams: ['t'] }), { issuer: 'c' }, 'none'],
  [
    'a rule that spells the place out',
    rules({ ...A, fromHeaders: [{ name: 'authorization', prefix: 'Bearer ' }] }),
    A,
    'valid',
  ],
];

test.each(ROWS)('%s', (_, policies, token, expected) => {
  expect(verdict(policies, token)).toBe(expected);
});

test('a CORS preflight passes unchecked', () => {
  const preflight = { method: 'OPTIONS', headers: { origin: 'x', 'access-control-request-method': 'GET' } };
  expect(verdict(rules(A), { issuer: 'c' }, preflight)).toBe('none');
  expect(verdict(rules(A), { issuer: 'c' }, { ...preflight, headers: { origin: 'x' } })).toBe('401');
});
