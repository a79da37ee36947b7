import { formatCount, formatFigure, formatPercent } from '../../figures.js';
import { shortened } from '../../visible-text.js';
import { html, type Markup } from '../markup.js';
import type { Graph, GraphEdge, GraphNode } from './graph.js';
import { type Layout, layoutOf, NODE_HEIGHT, NODE_WIDTH, type Point } from './layout.js';

export type Health = 'good' | 'doubtful' | 'bad' | 'idle';

const GOOD_RATIO_MIN = 0.999;
const DOUBTFUL_RATIO_MIN = 0.99;
const NAME_WIDTH_MAX = 18;
const NAME_WIDTH_READ = 200;
/** A drawing wider than the page shrinks this far, then scrolls. */
const SCALE_MIN = 0.8;
const LABELLED_EDGES_MAX = 40;
const EDGE_WIDTH_MIN = 1.25;
const EDGE_WIDTH_MAX = 5;

const HEALTH_MARKS: Readonly<Record<Health, string>> = { good: '✓', doubtful: '!', bad: '✕', idle: '' };
const KIND_WORDS: Readonly<Record<GraphNode['kind'], string>> = {
  traffic: 'traffic',
  gateway: 'gateway',
  app: 'workload',
  waypoint: 'waypoint',
  external: 'external host',
  unreached: 'not reached',
};

/** Green from 99.9 % of successful calls, amber from 99 %; grey where nothing was called. */
export function healthOf({ requests, failed }: { readonly requests: number; readonly failed: number }): Health {
  if (requests === 0) return 'idle';
  const ratio = 1 - failed / requests;
  return ratio >= GOOD_RATIO_MIN ? 'good' : ratio >= DOUBTFUL_RATIO_MIN ? 'doubtful' : 'bad';
}

/** The graph as an SVG that takes its colours from the page. */
export function drawing(graph: Graph): Markup {
  const layout = layoutOf(graph);
  const { width, height } = layout;
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const busiest = Math.max(1, ...graph.edges.map(({ requests }) => requests));
  const isLabelled = graph.edges.length <= LABELLED_EDGES_MAX;
  return html`<svg class="graph" role="img" aria-label="What calls what: ${graph.nodes.length} nodes and ${graph.edges.length} edges. The tables below hold the same figures." viewBox="0 0 ${width} ${height}" style="width:${width}px;min-width:${Math.round(width * SCALE_MIN)}px">
<defs>${(['good', 'doubtful', 'bad', 'idle'] as const).map(arrowHead)}</defs>
${graph.edges.map((edge, i) => edgeDrawing(edge, route(edge, layout, i), names, busiest))}
${graph.nodes.map((node) => nodeDrawing(node, layout.at.get(node.id)!))}
${isLabelled ? graph.edges.map((edge, i) => edgeLabel(edge, route(edge, layout, i), isFanIn(edge, graph))) : null}
</svg>`;
}

function arrowHead(health: Health): Markup {
  return html`<marker id="arrow-${health}" class="${health}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5 8 4 0 7.5z"/></marker>`;
}

/** The points of an edge from its caller to its callee, from box side to box side. */
function route({ from, to }: GraphEdge, { at, routes }: Layout, index: number): readonly Point[] {
  const ids = routes[index]!;
  const points = ids.map((id) => at.get(id)!);
  if (from === to) return loop(points[0]!);
  const first = { x: points[0]!.x + NODE_WIDTH / 2, y: points[0]!.y };
  const last = { x: points.at(-1)!.x - NODE_WIDTH / 2, y: points.at(-1)!.y };
  const forward = [first, ...points.slice(1, -1), last];
  return ids[0] === from ? forward : forward.reverse();
}

function loop({ x, y }: Point): readonly Point[] {
  const top = y - NODE_HEIGHT / 2;
  return [
    { x: x + NODE_WIDTH / 2, y },
    { x: x + NODE_WIDTH / 2 + 20, y: top },
    { x: x + NODE_WIDTH / 4, y: top },
  ];
}

function edgeDrawing(
  edge: GraphEdge,
  points: readonly Point[],
  names: ReadonlyMap<string, string>,
  busiest: number,
): Markup {
  const health = edge.isEntry ? 'idle' : healthOf(edge);
  const width = edge.isEntry
    ? EDGE_WIDTH_MIN
    : EDGE_WIDTH_MIN + (EDGE_WIDTH_MAX - EDGE_WIDTH_MIN) * Math.sqrt(edge.requests / busiest);
  const title = `${names.get(edge.from)} → ${names.get(edge.to)}: ${rateText(edge)}`;
  const kind = edge.isEntry ? 'edge entry' : 'edge';
  return html`<path class="${kind} ${health}" d="${curve(points)}" stroke-width="${width.toFixed(2)}" marker-end="url(#arrow-${health})"><title>${title}</title></path>
`;
}

function rateText({ ratePerSecond, requests, failed, isEntry }: GraphEdge): string {
  const success = requests > 0 && !isEntry ? `, ${formatPercent(1 - failed / requests)} successful` : '';
  return `${formatFigure(ratePerSecond)} requests/s${success}`;
}

/** Smooth through all points, level at each of them. */
function curve([start, ...rest]: readonly Point[]): string {
  let { x, y } = start!;
  const parts = rest.map((point) => {
    const bend = (point.x - x) / 2;
    const part = `C${n(x + bend)} ${n(y)} ${n(point.x - bend)} ${n(point.y)} ${n(point.x)} ${n(point.y)}`;
    ({ x, y } = point);
    return part;
  });
  return `M${n(start!.x)} ${n(start!.y)}${parts.join('')}`;
}

/** At the end of the edge where fewer others are: they fan out from a caller, and in to a callee. */
function edgeLabel(edge: GraphEdge, points: readonly Point[], isFanIn: boolean): Markup {
  const [a, b] = isFanIn ? [points[1]!, points[0]!] : [points.at(-2)!, points.at(-1)!];
  const failing =
    healthOf(edge) === 'bad' && !edge.isEntry ? `${formatPercent(edge.failed / edge.requests, 1)} fail` : null;
  const [x, y] = [n(a.x + (b.x - a.x) * 0.58), a.y + (b.y - a.y) * 0.8];
  const second = failing === null ? null : html`<tspan class="bad" x="${x}" dy="13">${failing}</tspan>`;
  return html`<text class="rate" x="${x}" y="${n(y - 4)}"><tspan>${formatFigure(edge.ratePerSecond)}/s</tspan>${second}</text>
`;
}

/** Both ends of a long name: services of one team begin alike, and their versions end apart. */
function middleShortened(name: string): string {
  const characters = [...shortened(name, NAME_WIDTH_READ)];
  if (characters.length <= NAME_WIDTH_MAX) return characters.join('');
  return `${characters.slice(0, NAME_WIDTH_MAX / 2).join('')}…${characters.slice(1 - NAME_WIDTH_MAX / 2).join('')}`;
}

function isFanIn({ from, to }: GraphEdge, { edges }: Graph): boolean {
  const siblings = edges.filter((other) => other.from === from).length;
  return edges.filter((other) => other.to === to).length > siblings;
}

function nodeDrawing(node: GraphNode, { x, y }: Point): Markup {
  const health = node.kind === 'unreached' ? 'bad' : healthOf(node);
  const [left, top] = [x - NODE_WIDTH / 2, y - NODE_HEIGHT / 2];
  const success = node.requests > 0 ? `${formatPercent(1 - node.failed / node.requests, 1)} ok` : null;
  const cpu = node.utilization === null ? null : `CPU ${formatPercent(node.utilization, 0)}`;
  const facts = [node.kind === 'app' ? null : KIND_WORDS[node.kind], success, cpu]
    .filter((fact) => fact !== null)
    .join(' · ');
  const title = `${node.name} (${KIND_WORDS[node.kind]}): ${formatCount(node.requests)} requests, ${formatCount(node.failed)} failed`;
  return html`<g class="node ${node.kind} ${health}"><title>${title}</title>
<rect x="${n(left)}" y="${n(top)}" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="${node.kind === 'traffic' ? 25 : 9}"/>
<text class="name" x="${n(left + 14)}" y="${n(y - 4)}">${middleShortened(node.name)}</text>
<text class="facts" x="${n(left + 14)}" y="${n(y + 14)}">${facts}</text>
<text class="mark" x="${n(left + NODE_WIDTH - 14)}" y="${n(y + 15)}">${HEALTH_MARKS[health]}</text></g>
`;
}

function n(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}
