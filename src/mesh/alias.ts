import type { Origin } from './origin.js';
import type { ServicePort } from './service.js';

/** A name that stands for another one: a Kubernetes Service of type ExternalName. */
export interface Alias {
  readonly origin: Origin;
  readonly name: string;
  readonly namespace: string;
  /** Fully qualified. */
  readonly host: string;
  /** A host, itself perhaps an alias. */
  readonly target: string;
  /** Only needed where a VirtualService is about the alias itself. */
  readonly ports: readonly ServicePort[];
}

/** Whom `host` stands for, over any number of aliases; itself when it is none; null when aliases go round in circles. */
export function concreteHost(aliases: ReadonlyMap<string, Alias>, host: string): string | null {
  const seen = new Set<string>();
  let concrete = host;
  for (let alias = aliases.get(concrete); alias !== undefined; alias = aliases.get(concrete)) {
    if (seen.has(concrete)) return null;
    seen.add(concrete);
    concrete = alias.target;
  }
  return concrete;
}
