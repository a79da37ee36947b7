import type { HttpMatch, StringMatch } from '../routes.js';

type StringMatches = Readonly<Record<string, StringMatch>>;

/**
 * The matches of a delegated rule: each of the delegate's within each of the root's, without the pairs that contradict
 * each other. Null: one of the delegate's is within none of the root's, and the rule is dropped with all its matches.
 * Source: Istio 1.31, pilot/pkg/model/virtualservice.go, `mergeHTTPMatchRequests`.
 */
export function mergeMatches(roots: readonly HttpMatch[], leaves: readonly HttpMatch[]): readonly HttpMatch[] | null {
  if (roots.length === 0) return leaves;
  if (leaves.length === 0) return roots;
  const merged = leaves.map((leaf) =>
    roots.filter((root) => !contradict(root, leaf)).map((root) => mergeMatch(root, leaf)),
  );
  return merged.every((matches) => matches.length > 0) ? merged.flat() : null;
}

function mergeMatch(root: HttpMatch, leaf: HttpMatch): HttpMatch {
  return {
    origin: leaf.origin,
    name: joinNames(root.name, leaf.name),
    uri: leaf.uri ?? root.uri,
    ignoreUriCase: leaf.ignoreUriCase,
    method: leaf.method ?? root.method,
    authority: leaf.authority ?? root.authority,
    scheme: leaf.scheme ?? root.scheme,
    headers: { ...root.headers, ...leaf.headers },
    withoutHeaders: { ...root.withoutHeaders, ...leaf.withoutHeaders },
    queryParams: { ...root.queryParams, ...leaf.queryParams },
    port: leaf.port ?? root.port,
    gateways: leaf.gateways.length > 0 ? leaf.gateways : root.gateways,
    sourceLabels: { ...root.sourceLabels, ...leaf.sourceLabels },
    sourceNamespace: leaf.sourceNamespace ?? root.sourceNamespace,
  };
}

/** `root-leaf`, or the only name there is. */
export function joinNames(root: string | null, leaf: string | null): string | null {
  return root !== null && leaf !== null ? `${root}-${leaf}` : (leaf ?? root);
}

function contradict(root: HttpMatch, leaf: HttpMatch): boolean {
  return (
    root.ignoreUriCase !== leaf.ignoreUriCase ||
    textsContradict(root.uri, leaf.uri) ||
    textsContradict(root.method, leaf.method) ||
    textsContradict(root.authority, leaf.authority) ||
    textsContradict(root.scheme, leaf.scheme) ||
    anyContradicts(root.headers, leaf.headers) ||
    anyContradicts(root.withoutHeaders, leaf.withoutHeaders) ||
    anyContradicts(root.queryParams, leaf.queryParams) ||
    callersContradict(root, leaf)
  );
}

function callersContradict(root: HttpMatch, leaf: HttpMatch): boolean {
  const bothSet = root.gateways.length > 0 && leaf.gateways.length > 0;
  return (
    differ(root.port, leaf.port) ||
    (root.sourceNamespace !== null && leaf.sourceNamespace !== root.sourceNamespace) ||
    (bothSet && !leaf.gateways.every((gateway) => root.gateways.includes(gateway))) ||
    Object.entries(leaf.sourceLabels).some(([key, value]) => differ(own(root.sourceLabels, key), value))
  );
}

function differ<T>(root: T | null, leaf: T | null): boolean {
  return root !== null && leaf !== null && root !== leaf;
}

function anyContradicts(roots: StringMatches, leaves: StringMatches): boolean {
  return Object.entries(leaves).some(([name, leaf]) => textsContradict(own(roots, name), leaf));
}

/** Only an exact text is within itself, and a text or a longer prefix within a prefix; what asks for no text is within none. */
function textsContradict(root: StringMatch | null, leaf: StringMatch | null): boolean {
  if (root === null || leaf === null) return false;
  if (root.kind === 'exact') return leaf.kind !== 'exact' || leaf.value !== root.value || root.value === '';
  if (root.kind !== 'prefix' || (leaf.kind !== 'prefix' && leaf.kind !== 'exact')) return true;
  return leaf.value === '' || !leaf.value.startsWith(root.value);
}

function own<T>(values: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(values, key) ? values[key]! : null;
}
