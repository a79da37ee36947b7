import type { Document, Node } from 'yaml';
import { isAlias, isMap, isSeq, Pair, parseDocument, Scalar, visit, YAMLMap } from 'yaml';
import type { Place } from '../diagnostics/index.js';
import { checkDocument } from './check-document.js';
import { entriesOf, keyText } from './mapping.js';
import { PARSE_OPTIONS } from './parse-options.js';
import type { PathStep } from './path.js';
import type { Setting } from './source.js';

/**
 * Puts a setting's value into a parsed document; mappings on the way that do not exist are made. What an alias or a
 * merge stands for is copied first, so that the value changes in this place only. New nodes get the setting's place.
 */
export function applyToDocument(document: Document, setting: Setting, elsewhere: Map<Node, Place>): void {
  const value = parseDocument(setting.value, PARSE_OPTIONS).contents as Node | null;
  const add = <T extends Node>(node: T): T => {
    visit(node, (_, inner) => {
      if (inner instanceof Object && !(inner instanceof Pair)) elsewhere.set(inner as Node, setting.place);
    });
    return node;
  };
  document.contents ??= add(new YAMLMap());
  let parent = document.contents as Node;
  for (const step of setting.path.slice(0, -1)) {
    const child = childOf(document, parent, step) ?? add(new YAMLMap());
    setChild(parent, step, child, add);
    parent = child;
  }
  const last = setting.path.at(-1)!;
  setChild(parent, last, add(value ?? new Scalar(null)), add);
  const key = pairOf(parent, last)?.key;
  if (key instanceof Scalar) elsewhere.set(key, setting.place); // findings about a value stand at its key
}

/** The node at `step`, or a copy of it when it is written elsewhere; null when there is none. */
function childOf(document: Document, parent: Node, step: PathStep): Node | null {
  const { targets } = checkDocument(document);
  if (isSeq(parent) && typeof step === 'number') {
    const item = parent.items[step] as Node | undefined;
    return isAlias(item) ? copyOf(targets.get(item)) : (item ?? null);
  }
  if (!isMap(parent)) return null;
  const own = pairOf(parent, step);
  const entry = entriesOf(parent, targets).get(String(step));
  if (!entry?.value) return null;
  return own?.value === entry.value ? entry.value : copyOf(entry.value);
}

function setChild(parent: Node, step: PathStep, child: Node, add: <T extends Node>(node: T) => T): void {
  if (isSeq(parent) && typeof step === 'number') parent.items[step] = child;
  if (!isMap(parent)) return;
  const own = pairOf(parent, step);
  if (own === undefined) parent.items.push(new Pair(add(new Scalar(String(step))), child));
  else own.value = child;
}

/** The entry that stands in the mapping itself, not in what is merged into it. */
function pairOf(parent: Node, step: PathStep) {
  if (!isMap(parent)) return undefined;
  return parent.items.find(({ key }) => key instanceof Scalar && keyText(key) === String(step));
}

function copyOf(node: Node | undefined): Node | null {
  return (node?.clone() as Node | undefined) ?? null;
}
