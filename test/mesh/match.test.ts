import { expect, test } from 'vitest';
import type { HttpMatch } from '../../src/mesh/index.js';
import { matchesRequest, type RequestHead } from '../../src/mesh/index.js';
import { exact, httpMatch, prefix, present, regex } from '../support/mesh.js';

const REQUEST: RequestHead = {
  method: 'GET',
  path: '/foo/bar?a=x&b=yyy&c=zap&d=1&e=&a=second',
  authority: 'server:80',
  scheme: 'http',
  headers: { 'x-a': 'a', 'x-b': 'bcd', 'x-empty': '' },
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
  ['query exact, the first of several', { queryParams: { a: exact('x') } }, true],
  ['query prefix', { queryParams: { b: prefix('yy') } }, true],
  ['query regex', { queryParams: { c: regex('z.*') } }, true],
  ['query present', { queryParams: { d: present } }, true],
  ['query empty', { queryParams: { e: exact('') } }, true],
  ['query missing', { queryParams: { f: present } }, false],
  ['an invalid regex matches nothing', { uri: regex('*') }, false],
  ['hostile header name', { headers: JSON.parse('{"__proto__": {"kind": "present"}}') }, false],
  ['hostile query name', { queryParams: { constructor: present } }, false],
];

test.each(MATCHES)('match, %s', (_, asked, expected) => {
  expect(matchesRequest(httpMatch(asked), REQUEST)).toBe(expected);
});

test('a regex that would take others exponential time is decided at once', () => {
  const path = `/${'a'.repeat(50_000)}!`;
  expect(matchesRequest(httpMatch({ uri: regex('/(a+)+') }), { ...REQUEST, path })).toBe(false);
});
