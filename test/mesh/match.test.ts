import { expect, test } from 'vitest';
import type { HttpMatch } from '../../src/mesh/index.js';
import { claimsOf, matchesRequest, type RequestHead } from '../../src/mesh/index.js';
import { exact, httpMatch, origin, prefix, present, regex } from '../support/mesh.js';

const REQUEST: RequestHead = {
  method: 'GET',
  path: '/foo/bar?a=x&b=yyy&c=zap&d=1&e=&a=second',
  authority: 'server:80',
  scheme: 'http',
  headers: { 'x-a': 'a', 'x-b': 'bcd', 'x-empty': '' },
  claims: claimsOf({
    kind: 'valid',
    rule: {
      origin: origin(),
      issuer: '',
      audiences: [],
      readsBearer: true,
      forwardsToken: false,
      claimHeaders: [],
      spaceDelimitedClaims: ['roles'],
    },
    token: {
      issuer: 'i',
      claims: {
        group: 'admin',
        Group: 'x',
        all: ['a', 'b', 5],
        level: 5,
        scope: 'read write',
        roles: 'r s',
        words: 'v w',
        in: { side: { it: 'yes' }, 'a.b': 'c' },
      },
    },
  }),
};

// Reference section 2.1; istiogen check `match`.
const MATCHES: readonly (readonly [string, Partial<HttpMatch>, boolean])[] = [
  ['nothing asked', {}, true],
  ['exact path, query aside', { uri: exact('/foo/bar') }, true],
  ['exact path, not its beginning', { uri: exact('/foo') }, false],
  ['prefix is a plain text', { uri: prefix('/fo') }, true],
  ['prefix elsewhere', { uri: prefix('/bar') }, false],
  ['regex must match the whole path', { uri: regex('/foo') }, false],
  ['regex over the whole path, without query', { uri: regex('/f.*/bar') }, true],
  ['regex with alternatives takes the longer one', { uri: regex('/foo|/foo/bar') }, true],
  ['case matters', { uri: exact('/FOO/bar') }, false],
  ['case of an exact path ignored', { uri: exact('/FOO/bar'), ignoreUriCase: true }, true],
  ['case of a prefix ignored', { uri: prefix('/FOO'), ignoreUriCase: true }, true],
  ['case of a regex not ignored', { uri: regex('/FOO.*'), ignoreUriCase: true }, false],
  ['method', { method: exact('GET') }, true],
  ['method in another case', { method: exact('get') }, false],
  ['authority as sent, port included', { authority: exact('server') }, false],
  ['authority by prefix', { authority: prefix('server') }, true],
  ['scheme', { scheme: exact('https') }, false],
  ['header exact', { headers: { 'x-a': exact('a') } }, true],
  ['header prefix', { headers: { 'x-b': prefix('bc') } }, true],
  ['header regex, whole value', { headers: { 'x-b': regex('b.') } }, false],
  ['header present', { headers: { 'x-b': present } }, true],
  ['header missing', { headers: { 'x-z': present } }, false],
  ['header empty', { headers: { 'x-empty': exact('') } }, true],
  ['missing header is not the empty value', { headers: { 'x-z': exact('') } }, false],
  ['all headers must hold', { headers: { 'x-a': exact('a'), 'x-b': exact('a') } }, false],
  ['without: another value', { withoutHeaders: { 'x-a': exact('b') } }, true],
  ['without: that value', { withoutHeaders: { 'x-a': exact('a') } }, false],
  ['without: missing header', { withoutHeaders: { 'x-z': exact('a') } }, true],
  ['without: missing counts as empty', { withoutHeaders: { 'x-z': regex('a*') } }, false],
  ['without: {} asks for absence', { withoutHeaders: { 'x-z': present } }, true],
  ['without: {} of a header that is there', { withoutHeaders: { 'x-a': present } }, false],
  // Envoy, source/common/http/header_map_impl.cc.
  [':method as a header', { headers: { ':method': exact('GET') } }, true],
  [':method as a header, another', { headers: { ':method': exact('POST') } }, false],
  [':path as a header has its query', { headers: { ':path': exact('/foo/bar') } }, false],
  [':path as a header, its beginning', { headers: { ':path': prefix('/foo/bar?a=x') } }, true],
  [':scheme as a header', { headers: { ':scheme': exact('http') } }, true],
  [':authority as a header, port included', { headers: { ':authority': exact('server:80') } }, true],
  ['host is the authority', { headers: { host: regex('server:.*') } }, true],
  ['host is always there', { headers: { host: present } }, true],
  [':status is nothing of a request', { headers: { ':status': present } }, false],
  ['without: that :method', { withoutHeaders: { ':method': exact('GET') } }, false],
  ['without: another :method', { withoutHeaders: { ':method': exact('POST') } }, true],
  ['without: host', { withoutHeaders: { host: present } }, false],
  ['query exact, the first of several', { queryParams: { a: exact('x') } }, true],
  ['query prefix', { queryParams: { b: prefix('yy') } }, true],
  ['query regex', { queryParams: { c: regex('z.*') } }, true],
  ['query present', { queryParams: { d: present } }, true],
  ['query empty', { queryParams: { e: exact('') } }, true],
  ['query missing', { queryParams: { f: present } }, false],
  ['claim', { headers: { '@request.auth.claims[group]': exact('admin') } }, true],
  ['claim by a dot', { headers: { '@request.auth.claims.group': exact('admin') } }, true],
  ['claim, case of its name', { headers: { '@Request.Auth.Claims.Group': exact('x') } }, true],
  ['claim, another value', { headers: { '@request.auth.claims.group': exact('Admin') } }, false],
  ['claim of a claim', { headers: { '@request.auth.claims[in][side][it]': prefix('y') } }, true],
  ['claim of a claim by dots', { headers: { '@request.auth.claims.in.side.it': regex('y.s') } }, true],
  ['claim with a dot in its name', { headers: { '@request.auth.claims[in][a.b]': exact('c') } }, true],
  ['claim that holds claims', { headers: { '@request.auth.claims.in': regex('.*') } }, false],
  ['claim, any of a list', { headers: { '@request.auth.claims.all': exact('b') } }, true],
  ['claim, none of a list', { headers: { '@request.auth.claims.all': exact('a, b') } }, false],
  ['claim that is a number', { headers: { '@request.auth.claims.level': exact('5') } }, false],
  ['claim that is always words', { headers: { '@request.auth.claims.scope': exact('write') } }, true],
  ['claim that the rule splits', { headers: { '@request.auth.claims.roles': exact('s') } }, true],
  ['claim that nothing splits', { headers: { '@request.auth.claims.words': exact('w') } }, false],
  ['issuer as a claim', { headers: { '@request.auth.claims.iss': exact('i') } }, true],
  ['claim that is not there', { headers: { '@request.auth.claims.none': regex('.*') } }, false],
  ['hostile claim', { headers: { '@request.auth.claims.constructor.name': regex('.*') } }, false],
  ['without: that claim', { withoutHeaders: { '@request.auth.claims.group': exact('admin') } }, false],
  ['without: another claim', { withoutHeaders: { '@request.auth.claims.group': exact('dev') } }, true],
  ['without: claim that is not there', { withoutHeaders: { '@request.auth.claims.none': regex('.*') } }, true],
  ['an invalid regex matches nothing', { uri: regex('*') }, false],
  ['hostile header name', { headers: JSON.parse('{"__proto__": {"kind": "present"}}') }, false],
  ['hostile query name', { queryParams: { constructor: present } }, false],
];

test.each(MATCHES)('match, %s', (_, asked, expected) => {
  expect(matchesRequest(httpMatch(asked), REQUEST)).toBe(expected);
});

test('without a token that was verified, no claim is there', () => {
  const { claims: _, ...request } = REQUEST;
  const asked = { '@request.auth.claims.group': exact('admin') };
  expect(matchesRequest(httpMatch({ headers: asked }), request)).toBe(false);
  expect(matchesRequest(httpMatch({ withoutHeaders: asked }), request)).toBe(true);
});

test('a regex that would take others exponential time is decided at once', () => {
  const path = `/${'a'.repeat(50_000)}!`;
  expect(matchesRequest(httpMatch({ uri: regex('/(a+)+') }), { ...REQUEST, path })).toBe(false);
});
