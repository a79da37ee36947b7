import type { Diagnostics, Place, ResourceName, Severity } from '../../diagnostics/index.js';
import type { Origin } from '../../mesh/index.js';
import type { PathStep, Section } from '../../reading/index.js';
import { parsePath } from '../../reading/index.js';
import { locate } from '../locate.js';
import type { Resource } from '../resource.js';

/** Whose kinds the mesh is made of: others may have a Gateway or a Service too. */
const GROUPS = ['', 'apps', 'batch', 'networking.istio.io', 'security.istio.io'];

/** A node of the mesh and the field below it that a finding is about. */
export interface Field {
  readonly origin: Origin;
  readonly steps: readonly PathStep[];
}

/** The field that `steps` lead to from where `node` was written. */
export function field(node: { readonly origin: Origin }, ...steps: readonly PathStep[]): Field {
  return { origin: node.origin, steps };
}

/**
 * Collects what is to be said of a mesh as a whole. None of it refuses: a cluster accepts each resource by itself. What
 * nobody wrote (an implied gateway) has no place, and no findings.
 */
export class Findings {
  readonly #diagnostics: Diagnostics;
  readonly #roots: ReadonlyMap<string, Section>;

  constructor(resources: readonly Resource[], diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
    const translated = resources.filter(({ group }) => GROUPS.includes(group));
    this.#roots = new Map(translated.map(({ section }) => [keyOf(section.resource!), section]));
  }

  error(code: string, at: Field, message: string, help: string): void {
    this.#add('error', code, at, message, help);
  }

  warning(code: string, at: Field, message: string, help: string): void {
    this.#add('warning', code, at, message, help);
  }

  info(code: string, at: Field, message: string, help: string): void {
    this.#add('info', code, at, message, help);
  }

  /** For a help text that leads from one place to another: what a finding says must not change with its place. */
  lineOf(at: Field): number {
    return this.#placeOf(at).line;
  }

  #add(severity: Severity, code: string, at: Field, message: string, help: string): void {
    const { resource, generated } = at.origin;
    if (generated) return;
    this.#diagnostics.add({ ...this.#placeOf(at), severity, refuses: false, code, message, help, resource });
  }

  #placeOf({ origin, steps }: Field): Place {
    const root = this.#roots.get(
      JSON.stringify([origin.resource.kind, origin.resource.namespace, origin.resource.name]),
    );
    if (root === undefined) return { file: origin.file, line: origin.line, column: origin.column };
    return locate(root, [...(parsePath(origin.path) ?? []), ...steps]).place;
  }
}

function keyOf({ kind, namespace, name }: ResourceName): string {
  return JSON.stringify([kind, namespace, name]);
}
