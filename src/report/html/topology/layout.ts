import type { Graph } from './graph.js';
import { type Layering, layeringOf, meanPlace, neighboursOf } from './layers.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels. A node's point is the middle of its box. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly at: ReadonlyMap<string, Point>;
  /** For each edge of the graph the points that it passes, from left to right. */
  readonly routes: readonly (readonly string[])[];
}

export const NODE_WIDTH = 168;
export const NODE_HEIGHT = 50;

const LAYER_GAP = 96;
const NODE_PITCH = NODE_HEIGHT + 26;
const BEND_PITCH = 26;
const MARGIN = 14;
const SWEEPS = 10;

const isBend = (id: string) => id.startsWith('bend ');

/** Places the layers side by side, and every node near the middle of its neighbours. */
export function layoutOf(graph: Graph): Layout {
  const layering = layeringOf(graph);
  const y = heights(layering);
  const top = Math.min(...y.values());
  const bottom = Math.max(...y.values());
  const points = layering.layers.flatMap((layer, i) =>
    layer.map(
      (id) =>
        [
          id,
          { x: MARGIN + NODE_WIDTH / 2 + i * (NODE_WIDTH + LAYER_GAP), y: y.get(id)! - top + MARGIN + NODE_HEIGHT / 2 },
        ] as const,
    ),
  );
  return {
    width: 2 * MARGIN + layering.layers.length * (NODE_WIDTH + LAYER_GAP) - LAYER_GAP,
    height: 2 * MARGIN + NODE_HEIGHT + bottom - top,
    at: new Map(points),
    routes: layering.routes,
  };
}

function heights({ layers, routes }: Layering): ReadonlyMap<string, number> {
  const neighbours = neighboursOf(routes);
  const y = new Map<string, number>();
  for (const layer of layers)
    settle(
      layer,
      layer.map(() => 0),
      y,
    );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const wish = (id: string) => {
        const { before, after } = neighbours.get(id) ?? { before: [], after: [] };
        return meanPlace([...before, ...after], y) ?? y.get(id)!;
      };
      settle(layer, layer.map(wish), y);
    }
  }
  return y;
}

/** Gives each id of a layer the height it wishes for, as far as order and room allow; the layer as a whole keeps its mean. */
function settle(layer: readonly string[], wishes: readonly number[], y: Map<string, number>): void {
  const placed: number[] = [];
  layer.forEach((id, i) => {
    const above = layer[i - 1];
    const pitch = above !== undefined && (isBend(above) || isBend(id)) ? (BEND_PITCH + NODE_PITCH) / 2 : NODE_PITCH;
    placed.push(above === undefined ? wishes[i]! : Math.max(wishes[i]!, placed[i - 1]! + pitch));
  });
  const excess = placed.reduce((sum, height, i) => sum + height - wishes[i]!, 0) / Math.max(1, placed.length);
  layer.forEach((id, i) => {
    y.set(id, placed[i]! - excess);
  });
}
