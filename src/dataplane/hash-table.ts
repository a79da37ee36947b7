import { fraction, hashText, mix } from '../engine/index.js';

/** Where a request's key falls. Both are numbers of [0, 1). */
export interface RequestHash {
  /** On the ring, or in the table. */
  readonly position: number;
  /** Which priority takes it. */
  readonly percentile: number;
}

/** Hosts by hash. */
export interface HashTable {
  /** The host for a position of [0, 1); `again`: how many were not taken before. */
  pick(position: number, again: number): number;
}

/** A host that a table is made for. */
export interface HashedHost {
  readonly host: number;
  /** Stands for its address, which nobody knows before the deployment. */
  readonly name: string;
  /** Its part of all, 0..1. */
  readonly share: number;
}

/** Envoy's `maximum_ring_size`, which istiod leaves alone. */
const LARGEST_RING = 8 * 1024 * 1024;

/** The hash of a request's key. Which host gets it cannot be foreseen: that depends on addresses. */
export function hashRequest(key: string): RequestHash {
  const hash = hashText(key);
  return { position: fraction(hash), percentile: fraction(mix(hash, 1)) };
}

/**
 * A ring with at least `size` entries, the fewest on which the host of the least share has whole ones.
 * Source: Envoy, source/extensions/load_balancing_policies/ring_hash/ring_hash_lb.cc.
 */
export function ringTable(hosts: readonly HashedHost[], size: number): HashTable {
  const least = Math.min(...hosts.map(({ share }) => share));
  const scale = Math.min(Math.ceil(least * size) / least, LARGEST_RING);
  const entries: { readonly at: number; readonly host: number }[] = [];
  let wanted = 0;
  for (const { host, name, share } of hosts) {
    wanted += scale * share;
    const seed = hashText(name);
    for (let i = 0; entries.length < wanted; i++) entries.push({ at: fraction(mix(seed, i)), host });
  }
  entries.sort((a, b) => a.at - b.at);
  const at = Float64Array.from(entries, (entry) => entry.at);
  const host = Int32Array.from(entries, (entry) => entry.host);
  return {
    pick: (position, again) => {
      let low = 0;
      for (let high = at.length; low < high; ) {
        const middle = (low + high) >>> 1;
        if (at[middle]! < position) low = middle + 1;
        else high = middle;
      }
      return host[(low + again) % host.length]!;
    },
  };
}

/**
 * A table of `size` places, which the hosts fill in turn, each in an order of its own.
 * Source: Envoy, source/extensions/load_balancing_policies/maglev/maglev_lb.cc.
 */
export function maglevTable(hosts: readonly HashedHost[], size: number): HashTable {
  const most = Math.max(...hosts.map(({ share }) => share));
  const table = new Int32Array(size).fill(-1);
  const builders = hosts.map(({ host, name, share }) => {
    const seed = hashText(name);
    const skip = 1 + Math.floor(fraction(mix(seed, 1)) * (size - 1));
    return { host, share, skip, at: Math.floor(fraction(seed) * size), due: 0 };
  });
  for (let filled = 0, round = 1; filled < size; round++) {
    for (const builder of builders) {
      if (filled === size) break;
      if (round * builder.share < builder.due) continue;
      builder.due += most;
      while (table[builder.at] !== -1) builder.at = (builder.at + builder.skip) % size;
      table[builder.at] = builder.host;
      filled++;
    }
  }
  return {
    // A host that is not taken: Envoy goes on from the place of the complement.
    pick: (position, again) => {
      const place = again === 0 ? position * size : (1 - position) * size + again - 1;
      return table[Math.floor(place) % size]!;
    },
  };
}
