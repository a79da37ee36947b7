import { RE2JS } from 're2js';

/** By the node that holds the pattern, so that what was compiled goes with the mesh that it was written in. */
const COMPILED = new WeakMap<object, RE2JS | null>();

/** `pattern` of `node` as RE2 reads it, compiled once. Null when it is no RE2: such a pattern matches nothing. */
export function compiled(node: object, pattern: string): RE2JS | null {
  const known = COMPILED.get(node);
  if (known !== undefined) return known;
  const regex = compile(pattern);
  COMPILED.set(node, regex);
  return regex;
}

function compile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return null; // the cluster refuses it, and so does whoever reads the manifests
  }
}
