import type { Document, Node, YAMLMap } from 'yaml';
import { isAlias, isCollection, isMap, isScalar } from 'yaml';
import { isMergeKey, keyText } from './mapping.js';

/** Deeper than any resource needs (CRD schemas reach about 40), and well within the stack. */
const MAX_DEPTH = 100;
/** What aliases may add when each is replaced by what it stands for: bombs go far beyond. */
const MAX_ALIASED_NODES = 100_000;

export interface Problem {
  readonly node: Node;
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

export interface CheckedDocument {
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Node, Node>;
  readonly problems: readonly Problem[];
}

/** Finds what the parser accepts and no reader could take: duplicate keys, alias bombs, depth without end. */
export function checkDocument(document: Document): CheckedDocument {
  const walk = new Walk();
  if (document.contents !== null) walk.size(document.contents as Node, 0);
  return { targets: walk.targets, problems: walk.problems };
}

/** One pass in document order, so that an alias means the last anchor of its name before it. */
class Walk {
  readonly targets = new Map<Node, Node>();
  readonly problems: Problem[] = [];
  readonly #anchors = new Map<string, Node>();
  /** Nodes below each anchored node, aliases replaced; absent while it is being read. */
  readonly #sizes = new Map<Node, number>();
  #aliased = 0;

  /** Nodes in and below `node`, aliases replaced by what they stand for. */
  size(node: Node, depth: number): number {
    if (isAlias(node)) return this.#aliasSize(node, node.source);
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    const size = isCollection(node) ? this.#collectionSize(node.items, node, depth) : 1;
    this.#sizes.set(node, size);
    return size;
  }

  #collectionSize(items: readonly unknown[], node: Node, depth: number): number {
    if (depth >= MAX_DEPTH) {
      this.#problem(node, 'yaml-too-deep', `more than ${MAX_DEPTH} levels deep`, 'no known format nests that far');
      return 1;
    }
    if (isMap(node)) this.#checkKeys(node);
    const children = isMap(node) ? node.items.map((pair) => pair.value) : items;
    return children.reduce<number>((sum, child) => sum + (child ? this.size(child as Node, depth + 1) : 1), 1);
  }

  #aliasSize(alias: Node, name: string): number {
    const target = this.#anchors.get(name);
    const size = target && this.#sizes.get(target);
    if (target === undefined || size === undefined) {
      const what = target === undefined ? 'stands for nothing' : 'contains itself';
      this.#problem(alias, 'yaml-alias', `the alias '*${name}' ${what}`, `write '&${name}' before a value above it`);
      return 1;
    }
    this.targets.set(alias, target);
    if (this.#aliased <= MAX_ALIASED_NODES) this.#countAliased(alias, size);
    return size;
  }

  #countAliased(alias: Node, size: number): void {
    this.#aliased += size;
    if (this.#aliased <= MAX_ALIASED_NODES) return;
    const message = `the aliases stand for more than ${MAX_ALIASED_NODES} values`;
    this.#problem(alias, 'yaml-alias-bomb', message, 'write out what is meant, or alias less');
  }

  #checkKeys(map: YAMLMap): void {
    const seen = new Set<string>();
    for (const { key } of map.items) {
      if (!isScalar(key)) {
        this.#problem(
          (key as Node | null) ?? map,
          'yaml-key',
          'a key must be a text',
          'write a plain key before the colon',
        );
      } else if (seen.has(keyText(key)) && !isMergeKey(key)) {
        this.#problem(key, 'duplicate-key', `the key '${keyText(key)}' stands here a second time`, 'keep one of them');
      } else seen.add(keyText(key));
    }
  }

  #problem(node: Node, code: string, message: string, help: string): void {
    this.problems.push({ node, code, message, help });
  }
}
