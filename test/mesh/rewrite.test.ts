import { expect, test } from 'vitest';
import { applyHeaders, authorityOf } from '../../src/mesh/headers.js';
import type { HttpMatch, Rewrite } from '../../src/mesh/index.js';
import { applyRewrite } from '../../src/mesh/rewrite.js';
import { exact, httpMatch, prefix, regex } from '../support/mesh.js';

const NOTHING: Rewrite = { uri: null, uriRegex: null, authority: null };

// Reference section 2.5.
const PATHS: readonly (readonly [string, Partial<HttpMatch> | null, Partial<Rewrite>, string, string])[] = [
  ['prefix gives way, the rest stays', { uri: prefix('/old') }, { uri: '/new' }, '/old/x?q=1', '/new/x?q=1'],
  ['prefix in another case', { uri: prefix('/OLD'), ignoreUriCase: true }, { uri: '/new' }, '/old/x', '/new/x'],
  ['exact gives way as a whole', { uri: exact('/old') }, { uri: '/new' }, '/old?q=1', '/new?q=1'],
  ['regex gives way as a whole', { uri: regex('/o.*') }, { uri: '/new' }, '/old/x?q=1', '/new?q=1'],
  ['without path only the leading slash', { method: exact('GET') }, { uri: '/new' }, '/foo', '/newfoo'],
  ['without any match likewise', null, { uri: '/new' }, '/foo', '/newfoo'],
  ['regex rewrite with groups', null, { uriRegex: { match: '/a/(\\w+)', rewrite: '/b/\\1' } }, '/a/x/c?q', '/b/x/c?q'],
  ['group 0 and a backslash', null, { uriRegex: { match: 'a', rewrite: '\\0\\\\' } }, '/a', '/a\\'],
  ['a group that is not there', null, { uriRegex: { match: 'a', rewrite: '[\\3]' } }, '/a', '/[]'],
  ['dollars mean nothing', null, { uriRegex: { match: 'a', rewrite: '$&' } }, '/a', '/$&'],
  ['nothing to rewrite', { uri: prefix('/old') }, {}, '/old', '/old'],
];

test.each(PATHS)('rewrite, %s', (_, match, rewrite, path, expected) => {
  const result = applyRewrite(match && httpMatch(match), { ...NOTHING, ...rewrite }, path, 'server');
  expect(result).toEqual({ path: expected, authority: 'server' });
});

test('rewrite of the authority leaves the path', () => {
  expect(applyRewrite(null, { ...NOTHING, authority: 'other' }, '/a', 'server')).toEqual({
    path: '/a',
    authority: 'other',
  });
  expect(applyRewrite(null, null, '/a', 'server')).toEqual({ path: '/a', authority: 'server' });
});

test('headers: remove, then set overwrites and add appends, whatever the case of the names', () => {
  const operations = { set: { 'X-A': 'new', Host: 'other' }, add: { 'x-b': '2', 'x-c': '3' }, remove: ['X-D', 'x-a'] };
  const headers = applyHeaders(operations, { 'x-a': 'old', 'x-b': '1', 'x-d': 'gone' });
  expect(headers).toEqual({ 'x-a': 'new', 'x-b': '1,2', 'x-c': '3' });
  expect(authorityOf(operations)).toBe('other');
});

test('headers: a hostile name is a name like any other', () => {
  const operations = { set: JSON.parse('{"__proto__": "x"}'), add: {}, remove: [] };
  const headers = applyHeaders(operations, {});
  expect(Object.entries(headers)).toEqual([['__proto__', 'x']]);
  expect(authorityOf(null)).toBeNull();
});
