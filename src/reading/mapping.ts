import type { Node, Scalar, YAMLMap } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';

/** What an alias stands for, by alias; made once per document. */
export type AliasTargets = ReadonlyMap<Node, Node>;

export interface Entry {
  readonly key: Scalar;
  /** Never an alias; null when nothing is written. */
  readonly value: Node | null;
}

/** What a key is called by who reads it. */
export type KeyName = (key: string) => string;

/**
 * The entries of a mapping as a reader sees them: merges (`<<`) done, own keys first, then the earlier merged mapping;
 * under the names of `nameOf`, but for a key whose name is there already, which keeps its own.
 */
export function entriesOf(map: YAMLMap, targets: AliasTargets, nameOf: KeyName | null = null): Map<string, Entry> {
  const written = mergedEntries(map, targets);
  if (nameOf === null) return written;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of written) entries.set(written.has(nameOf(key)) ? key : nameOf(key), entry);
  return entries;
}

function mergedEntries(map: YAMLMap, targets: AliasTargets): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const merged: Node[] = [];
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue; // reported when the document was checked
    if (isMergeKey(key)) merged.push(...mergedNodes(resolve(value as Node | null, targets)));
    else entries.set(keyText(key), { key, value: resolve(value as Node | null, targets) });
  }
  for (const node of merged) {
    const other = resolve(node, targets);
    if (!isMap(other)) continue;
    for (const [name, entry] of mergedEntries(other, targets)) if (!entries.has(name)) entries.set(name, entry);
  }
  return entries;
}

/** The node itself, or what it stands for. */
export function resolve(node: Node | null, targets: AliasTargets): Node | null {
  return node !== null && isAlias(node) ? (targets.get(node) ?? null) : node;
}

/** A key as JSON would have it: `500` and `"500"` are the same. */
export function keyText(key: Scalar): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

/** Only a plain `<<` merges, as in sigs.k8s.io/yaml (goyaml.v2, decode.go, `isMerge`). */
export function isMergeKey(key: Scalar): boolean {
  return key.source === '<<' && key.type === 'PLAIN';
}

function mergedNodes(node: Node | null): readonly Node[] {
  if (node === null) return [];
  return isSeq(node) ? (node.items as Node[]) : [node];
}
