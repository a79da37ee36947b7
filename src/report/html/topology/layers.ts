import type { Graph } from './graph.js';

/** A stretch of an edge between neighbouring layers; `id` is a node's, or that of a bend. */
export interface Layering {
  /** Ids from left to right, each layer from top to bottom; a bend stands where a long edge passes. */
  readonly layers: readonly (readonly string[])[];
  /** For each edge of the graph the ids that it passes, from the lower layer to the higher one. */
  readonly routes: readonly (readonly string[])[];
}

const SWEEPS = 12;

/** Callers to the left of what they call, with few crossings: longest paths, then barycentres (Sugiyama). */
export function layeringOf(graph: Graph): Layering {
  const layerOf = longestPaths(graph);
  const layers = Array.from({ length: Math.max(0, ...layerOf.values()) + 1 }, (): string[] => []);
  for (const { id } of graph.nodes) layers[layerOf.get(id)!]!.push(id);
  const routes = graph.edges.map(({ from, to }, i) => {
    const [low, high] = layerOf.get(from)! <= layerOf.get(to)! ? [from, to] : [to, from];
    const bends: string[] = [];
    for (let layer = layerOf.get(low)! + 1; layer < layerOf.get(high)!; layer++) {
      bends.push(`bend ${i} ${layer}`);
      layers[layer]!.push(bends.at(-1)!);
    }
    return [low, ...bends, high];
  });
  return { layers: ordered(layers, routes), routes };
}

/** The layer of each node: one right of its last caller. Edges that close a cycle do not count. */
function longestPaths({ nodes, edges }: Graph): ReadonlyMap<string, number> {
  const targets = new Map(nodes.map(({ id }) => [id, [] as string[]]));
  for (const { from, to } of edges) targets.get(from)!.push(to);
  const called = new Set(edges.map(({ to }) => to));
  const finished: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const forward = new Set<string>();
  const visit = (id: string): void => {
    state.set(id, 'open');
    for (const to of targets.get(id)!) {
      if (state.get(to) !== 'open') forward.add(JSON.stringify([id, to]));
      if (!state.has(to)) visit(to);
    }
    state.set(id, 'done');
    finished.push(id);
  };
  for (const { id } of [...nodes.filter(({ id }) => !called.has(id)), ...nodes]) if (!state.has(id)) visit(id);
  const layer = new Map(nodes.map(({ id }) => [id, 0]));
  for (const id of finished.reverse()) {
    for (const to of targets.get(id)!) {
      if (forward.has(JSON.stringify([id, to]))) layer.set(to, Math.max(layer.get(to)!, layer.get(id)! + 1));
    }
  }
  return layer;
}

/** Sweeps to and fro, each time ordering a layer by the mean place of its neighbours in the layer before. */
function ordered(layers: readonly string[][], routes: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const neighbours = neighboursOf(routes);
  const place = new Map(layers.flatMap((layer) => layer.map((id, i) => [id, i] as const)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const layer of isForward ? layers : [...layers].reverse()) {
      const centre = new Map(
        layer.map((id) => [id, meanPlace(neighbours.get(id)?.[isForward ? 'before' : 'after'], place)]),
      );
      layer.sort((a, b) => (centre.get(a) ?? place.get(a)!) - (centre.get(b) ?? place.get(b)!));
      layer.forEach((id, i) => {
        place.set(id, i);
      });
    }
  }
  return layers;
}

export interface Neighbours {
  readonly before: string[];
  readonly after: string[];
}

export function neighboursOf(routes: readonly (readonly string[])[]): ReadonlyMap<string, Neighbours> {
  const all = new Map<string, Neighbours>();
  const of = (id: string): Neighbours => {
    const found = all.get(id) ?? { before: [], after: [] };
    all.set(id, found);
    return found;
  };
  for (const route of routes) {
    for (let i = 1; i < route.length; i++) {
      of(route[i - 1]!).after.push(route[i]!);
      of(route[i]!).before.push(route[i - 1]!);
    }
  }
  return all;
}

/** The mean of what `place` says of these ids; null for none. */
export function meanPlace(ids: readonly string[] | undefined, place: ReadonlyMap<string, number>): number | null {
  if (ids === undefined || ids.length === 0) return null;
  return ids.reduce((sum, id) => sum + place.get(id)!, 0) / ids.length;
}
