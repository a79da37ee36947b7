import { isWildcard, normalHost } from './host-name.js';

export interface HostEntry<T> {
  /** An exact host or `*` with a suffix. */
  readonly pattern: string;
  readonly value: T;
}

/**
 * Values by host pattern, searched as Envoy searches virtual hosts: the exact host, then the longest `*` suffix, then
 * `*`. A look-up costs one step for each length of suffix, however many patterns there are.
 * Source: Envoy 1.37, configuration/http/http_conn_man/route_matching.
 */
export class HostTable<T> {
  readonly #exact = new Map<string, HostEntry<T>>();
  readonly #bySuffix = new Map<string, HostEntry<T>>();
  #suffixLengths: number[] = []; // descending, each once

  get isEmpty(): boolean {
    return this.#exact.size === 0 && this.#bySuffix.size === 0;
  }

  /** The value of `pattern`; when there is none yet, `create`'s. */
  getOrAdd(pattern: string, create: () => T): T {
    const key = normalHost(pattern);
    const entries = isWildcard(key) ? this.#bySuffix : this.#exact;
    const suffix = isWildcard(key) ? key.slice(1) : key;
    const found = entries.get(suffix);
    if (found !== undefined) return found.value;
    const entry = { pattern: key, value: create() };
    entries.set(suffix, entry);
    if (isWildcard(key)) this.#noteLength(suffix.length);
    return entry.value;
  }

  /** The most specific entry that covers `host`, or null. */
  find(host: string): HostEntry<T> | null {
    for (const entry of this.covering(host)) return entry;
    return null;
  }

  /** The value of exactly this host, or null; a wildcard is looked up as it is written. */
  exact(pattern: string): T | null {
    const key = normalHost(pattern);
    const entry = isWildcard(key) ? this.#bySuffix.get(key.slice(1)) : this.#exact.get(key);
    return entry?.value ?? null;
  }

  /** All entries that cover `host`, the most specific first. */
  *covering(host: string): Generator<HostEntry<T>> {
    const name = normalHost(host);
    const exact = this.#exact.get(name);
    if (exact !== undefined) yield exact;
    for (const length of this.#suffixLengths) {
      const entry = length < name.length ? this.#bySuffix.get(name.slice(name.length - length)) : undefined;
      if (entry !== undefined) yield entry;
    }
  }

  *entries(): Generator<HostEntry<T>> {
    yield* this.#exact.values();
    yield* this.#bySuffix.values();
  }

  #noteLength(length: number): void {
    if (this.#suffixLengths.includes(length)) return;
    this.#suffixLengths = [...this.#suffixLengths, length].sort((a, b) => b - a);
  }
}
