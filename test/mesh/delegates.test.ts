import { expect, test } from 'vitest';
import { type HttpMatch, type HttpRoute, MeshResolver, type Mirroring, type RouteSet } from '../../src/mesh/index.js';
import {
  exact,
  httpMatch,
  httpRoute,
  mesh,
  mirror,
  mirroring,
  prefix,
  present,
  regex,
  retries,
  routeSet,
  ruleTo,
  service,
  workload,
} from '../support/mesh.js';
import { namesOf, rulesOf } from '../support/resolved.js';

function delegating(root: Partial<HttpRoute>, leaves: readonly HttpRoute[], parts: Partial<RouteSet> = {}) {
  const action = { kind: 'delegate', name: 'leaf', namespace: 'default' } as const;
  const roots = routeSet('server', [httpRoute({ ...root, action }), ruleTo('next')]);
  const leaf = routeSet('leaf', leaves, { name: 'leaf', hosts: [], ...parts });
  const resolver = new MeshResolver(mesh({ services: [service('server')], routeSets: [roots, leaf] }));
  return resolver.host(workload('client'), 'server', 80);
}

// Reference section 2.3: one match of the root and one of the delegate. Null: they contradict each other.
const PAIRS: readonly (readonly [string, Partial<HttpMatch>, Partial<HttpMatch>, Partial<HttpMatch> | null])[] = [
  ['the narrower prefix', { uri: prefix('/a') }, { uri: prefix('/a/b') }, { uri: prefix('/a/b') }],
  ['a prefix outside', { uri: prefix('/a') }, { uri: prefix('/b') }, null],
  ['an exact path inside a prefix', { uri: prefix('/a') }, { uri: exact('/ab') }, { uri: exact('/ab') }],
  ['an exact path outside', { uri: prefix('/a') }, { uri: exact('/b') }, null],
  ['two exact paths', { uri: exact('/a') }, { uri: exact('/b') }, null],
  ['a prefix inside an exact path', { uri: exact('/a') }, { uri: prefix('/a') }, null],
  ['two regexes, even the same', { uri: regex('/a') }, { uri: regex('/a') }, null],
  ['a regex and a prefix', { uri: prefix('/a') }, { uri: regex('/a.*') }, null],
  [
    'a path only the root asks for',
    { uri: prefix('/a') },
    { method: exact('GET') },
    { uri: prefix('/a'), method: exact('GET') },
  ],
  [
    'headers of both',
    { headers: { a: exact('1') } },
    { headers: { b: exact('2') } },
    { headers: { a: exact('1'), b: exact('2') } },
  ],
  ['one header, two values', { headers: { a: exact('1') } }, { headers: { a: exact('2') } }, null],
  ['one header, present or more', { headers: { a: present } }, { headers: { a: exact('2') } }, null],
  ['one header, present in both', { headers: { a: present } }, { headers: { a: present } }, null],
  ['sourceNamespace in the root alone', { sourceNamespace: 'a' }, { uri: prefix('/a') }, null],
  ['one query parameter, two values', { queryParams: { a: exact('1') } }, { queryParams: { a: exact('2') } }, null],
  ['ignoreUriCase differing', { uri: prefix('/a'), ignoreUriCase: true }, { uri: prefix('/a') }, null],
  ['different ports', { port: 80 }, { port: 81 }, null],
];

test.each(PAIRS)('delegate, %s', (_, root, leaf, expected) => {
  const host = delegating({ matches: [httpMatch(root)] }, [ruleTo('leaf', [httpMatch(leaf)])]);
  if (expected === null) expect(namesOf(host)).toEqual(['next']);
  else expect(rulesOf(host)[0]!.matches).toEqual([httpMatch(expected)]);
});

test('each match of the delegate within each of the root; pairs that contradict go', () => {
  const matches = [httpMatch({ uri: prefix('/a') }), httpMatch({ uri: prefix('/b') })];
  const leaves = [ruleTo('leaf', [httpMatch({ method: exact('GET') }), httpMatch({ uri: exact('/b/1') })])];
  const merged = rulesOf(delegating({ matches }, leaves))[0]!.matches.map(({ uri, method }) => [uri, method]);
  expect(merged).toEqual([
    [prefix('/a'), exact('GET')],
    [prefix('/b'), exact('GET')],
    [exact('/b/1'), null],
  ]);
});

test('what the delegate leaves unset comes from the root, each field as a whole', () => {
  const headers = (name: string) => ({ set: { [name]: '1' }, add: {}, remove: [] });
  const root = {
    name: 'root',
    timeoutMs: 1_000,
    retries: retries({ attempts: 7 }),
    mirroring: mirroring({ several: [mirror('server', 1)] }),
  };
  const plain = httpRoute({ name: 'plain', matches: [httpMatch({ uri: exact('/plain') })] });
  const own = httpRoute({ name: 'own', timeoutMs: 2_000, responseHeaders: headers('x-leaf') });
  const [first, second] = rulesOf(delegating({ ...root, requestHeaders: headers('x-root') }, [plain, own]));
  expect(first).toMatchObject({
    name: 'root-plain',
    requestHeaders: headers('x-root'),
    action: { timeoutMs: 1_000, retry: { attempts: 7 }, mirrors: [{ share: 1 }] },
  });
  // A delegate with any headers loses all of the root's.
  expect(second).toMatchObject({ name: 'root-own', requestHeaders: null, action: { timeoutMs: 2_000 } });
});

// Istio 1.31, pilot/pkg/model/virtualservice.go, mergeHTTPRoute: each of the four fields by itself.
const MIRRORINGS: readonly (readonly [string, Partial<Mirroring>, Partial<Mirroring>, readonly [string, number][]])[] =
  [
    ["the root's percentage", { percentage: 0.2 }, { one: mirror('a', 1) }, [['a', 0.2]]],
    ['its own percentage', { percentage: 0.2 }, { one: mirror('a', 1), percentage: 0.5 }, [['a', 0.5]]],
    ["the root's mirror", { one: mirror('a', 1) }, { percentage: 0.5 }, [['a', 0.5]]],
    ['nobody said how much', {}, { one: mirror('a', 1) }, [['a', 1]]],
    [
      "the root's percentage, before its own percent",
      { percentage: 0.2 },
      { one: mirror('a', 1), percent: 0.5 },
      [['a', 0.2]],
    ],
    [
      "the root's percent, behind its own percentage",
      { percent: 0.2 },
      { one: mirror('a', 1), percentage: 0.5 },
      [['a', 0.5]],
    ],
    ['switched off by the root', { percentage: 0 }, { one: mirror('a', 1) }, []],
    [
      "its own several beside the root's",
      { one: mirror('a', 1), percentage: 0.2 },
      { several: [mirror('b', 0.3)] },
      [
        ['a', 0.2],
        ['b', 0.3],
      ],
    ],
    ["its several instead of the root's", { several: [mirror('a', 1)] }, { several: [mirror('b', 0.3)] }, [['b', 0.3]]],
    [
      "the root's several beside its own",
      { several: [mirror('a', 0.3)] },
      { one: mirror('b', 1) },
      [
        ['b', 1],
        ['a', 0.3],
      ],
    ],
  ];

test.each(MIRRORINGS)('mirrors of a delegate: %s', (_, root, leaf, expected) => {
  const own = httpRoute({ name: 'leaf', mirroring: mirroring(leaf) });
  const { action } = rulesOf(delegating({ mirroring: mirroring(root) }, [own]))[0]!;
  const mirrors = action.kind === 'forward' ? action.mirrors : [];
  expect(mirrors.map(({ cluster, share }) => [cluster.host.split('.')[0], share])).toEqual(expected);
});

test.each([
  { what: 'does not exist', parts: { name: 'other' } },
  { what: 'is not exported to the root', parts: { namespace: 'default', exportTo: ['elsewhere'] } },
  { what: 'has hosts of its own', parts: { hosts: ['x.com'] } },
])('a delegate that $what drops the rule', ({ parts }) => {
  expect(namesOf(delegating({}, [ruleTo('leaf')], parts))).toEqual(['next']);
});

test('a delegate delegates no further', () => {
  const action = { kind: 'delegate', name: 'leaf', namespace: 'default' } as const;
  expect(namesOf(delegating({}, [httpRoute({ name: 'loop', action })]))).toEqual(['next']);
});
