import { expect, test } from 'vitest';
import { applyHeaders, authorityOf, joinedHeaders } from '../../src/mesh/headers.js';
import type {
  EffectiveDestination,
  EffectiveRule,
  HeaderOperations,
  HttpMatch,
  Rewrite,
} from '../../src/mesh/index.js';
import { applyRewrite } from '../../src/mesh/rewrite.js';
import { forwarded } from '../../src/mesh/routing.js';
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

// Istio 1.31, pilot/pkg/networking/core/route/route.go, TranslateHeadersOperations.
const AUTHORITIES: readonly (readonly [string, Partial<HeaderOperations>, string | null])[] = [
  ['set', { set: { Host: 'a' } }, 'a'],
  ['add alone', { add: { Host: 'a' } }, 'a'],
  ['add under the other name', { add: { ':authority': 'a' } }, 'a'],
  ['set before add', { set: { ':authority': 'a' }, add: { host: 'b' } }, 'a'],
  ['an empty set', { set: { host: '' }, add: { host: 'b' } }, 'b'],
  ['nothing', { set: { x: 'a' }, add: { host: '' } }, null],
];

test.each(AUTHORITIES)('authority by headers: %s', (_, written, expected) => {
  const operations = { set: {}, add: {}, remove: [], ...written };
  expect(authorityOf(operations)).toBe(expected);
  expect(applyHeaders(operations, {})).not.toHaveProperty('host');
});

test('headers: a hostile name is a name like any other', () => {
  const operations = { set: JSON.parse('{"__proto__": "x"}'), add: {}, remove: [] };
  const headers = applyHeaders(operations, {});
  expect(Object.entries(headers)).toEqual([['__proto__', 'x']]);
  expect(authorityOf(null)).toBeNull();
});

// Envoy goes through a list of operations once: what is removed first. Istio, core/route/route.go, processDestination.
type Written = Partial<HeaderOperations>;
const JOINED: readonly (readonly [string, Written, Written, Record<string, string>])[] = [
  ['the destination overwrites', { set: { x: 'rule' } }, { set: { X: 'destination' } }, { x: 'destination', y: '0' }],
  ['also what the rule added', { add: { x: 'rule' } }, { set: { x: 'destination' } }, { x: 'destination', y: '0' }],
  ['both add', { add: { y: '1' } }, { add: { Y: '2' } }, { y: '0,1,2' }],
  ['what the rule sets stays', { set: { x: 'rule' } }, { remove: ['x'] }, { x: 'rule', y: '0' }],
  ['both remove', { remove: ['x'] }, { remove: ['y'] }, {}],
];

test.each(JOINED)('headers of a rule and its only destination: %s', (_, rule, destination, expected) => {
  const full = (written: Written) => ({ set: {}, add: {}, remove: [], ...written });
  expect(applyHeaders(joinedHeaders(full(rule), full(destination)), { y: '0' })).toEqual(expected);
});

test('headers of one side alone are its own', () => {
  const operations = { set: { x: '1' }, add: {}, remove: [] };
  expect(joinedHeaders(operations, null)).toBe(operations);
  expect(joinedHeaders(null, operations)).toBe(operations);
  expect(joinedHeaders(null, null)).toBeNull();
});

// Istio 1.31, pilot/pkg/networking/core/route/route.go, `processWeightedDestination`; recorded in validation/istiod/headers.
test.each([
  { name: 'the only destination comes last', split: {}, x: 'destination' },
  { name: 'the one of several that has weight comes first', split: { isSplit: true as const }, x: 'rule' },
])('headers of a rule and of a destination: $name', ({ split, x }) => {
  const setting = (value: string): HeaderOperations => ({ set: { x: value }, add: {}, remove: [] });
  const rule = { requestHeaders: setting('rule') } as EffectiveRule;
  const destination = { requestHeaders: setting('destination') } as EffectiveDestination;
  const action = {
    kind: 'forward',
    destinations: [destination],
    timeoutMs: null,
    retry: null,
    mirrors: [],
    rewrite: null,
  } as const;
  const head = { method: 'GET', path: '/', authority: 'server', headers: {}, scheme: 'http' } as const;
  expect(forwarded({ rule, match: null }, { ...action, ...split }, destination, head).headers).toEqual({ x });
});
