import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { healthOf } from '../../src/report/html/topology/drawing.js';
import { type Graph, graphOf } from '../../src/report/html/topology/graph.js';
import { layoutOf, NODE_HEIGHT, NODE_WIDTH } from '../../src/report/html/topology/layout.js';
import { sampleReport } from '../support/report.js';
import { emptyReport, largeReport } from '../support/report-variants.js';

describe('the graph of a report', () => {
  test('has a node for each workload, for what was never reached, and for where requests enter', () => {
    const graph = graphOf(sampleReport(), 60);
    const kinds = Object.fromEntries(graph.nodes.map(({ name, kind }) => [name, kind]));
    expect(kinds).toMatchObject({
      '2 traffic sources': 'traffic',
      'istio-ingressgateway': 'gateway',
      'reviews-v3': 'app',
      'db.example.com': 'external',
      reviews: 'unreached',
    });
    expect(graph.edges.filter(({ isEntry }) => isEntry).map(({ to }) => to)).toEqual(['workload istio-ingressgateway']);
  });

  test('rates are those of one replication', () => {
    const edge = graphOf(sampleReport(), 60).edges.find(({ to }) => to === 'workload details-v1');
    expect(edge!.ratePerSecond).toBeCloseTo(3_479_000 / (600 * 5));
  });

  test('of a large mesh it keeps the unwell with their callers, so that it hangs together', () => {
    const graph = graphOf(largeReport(1000), 60);
    expect(graph.nodes).toHaveLength(60);
    expect(graph.hidden).toBe(941); // of 1,000 workloads and one node for the traffic
    const called = new Set(graph.edges.map(({ to }) => to));
    expect(graph.nodes.filter(({ id }) => !called.has(id)).map(({ id }) => id)).toEqual(['entry']);
    expect(graph.nodes.some(({ name }) => name.endsWith('0170'))).toBe(true);
  });

  test('of nothing it is nothing', () => {
    expect(graphOf(emptyReport(), 60)).toEqual({ nodes: [], edges: [], hidden: 0 });
  });
});

test.each([
  { requests: 0, failed: 0, health: 'idle' },
  { requests: 10_000, failed: 10, health: 'good' },
  { requests: 10_000, failed: 11, health: 'doubtful' },
  { requests: 10_000, failed: 100, health: 'doubtful' },
  { requests: 10_000, failed: 101, health: 'bad' },
])('$failed of $requests failed: $health', ({ health, ...counts }) => expect(healthOf(counts)).toBe(health));

const node = (id: string) => ({ id, name: id, kind: 'app' as const, requests: 1, failed: 0, utilization: null });
const edge = ([from, to]: readonly [string, string]) => ({
  from,
  to,
  requests: 1,
  failed: 0,
  ratePerSecond: 1,
  isEntry: false,
});

describe('the layout', () => {
  test('callers stand left of what they call', () => {
    const graph: Graph = {
      nodes: ['c', 'b', 'a'].map(node),
      edges: (
        [
          ['a', 'b'],
          ['b', 'c'],
          ['a', 'c'],
        ] as const
      ).map(edge),
      hidden: 0,
    };
    const { at } = layoutOf(graph);
    expect(['a', 'b', 'c'].map((id) => at.get(id)!.x)).toEqual(
      [...at.values()]
        .map(({ x }) => x)
        .sort((x, y) => x - y)
        .filter((x, i, all) => x !== all[i - 1]),
    );
  });

  test('any graph, with cycles and loops too: no boxes overlap, and all lie within the drawing', () => {
    const ids = Array.from({ length: 12 }, (_, i) => `n${i}`);
    const pairs = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), {
      maxLength: 40,
      selector: String,
    });
    fc.assert(
      fc.property(pairs, (chosen) => {
        const { at, width, height } = layoutOf({ nodes: ids.map(node), edges: chosen.map(edge), hidden: 0 });
        const boxes = ids.map((id) => at.get(id)!);
        const overlap = boxes.some((a, i) =>
          boxes.slice(i + 1).some((b) => Math.abs(a.x - b.x) < NODE_WIDTH && Math.abs(a.y - b.y) < NODE_HEIGHT),
        );
        const isInside = boxes.every(
          ({ x, y }) => x >= 0 && y >= 0 && x + NODE_WIDTH / 2 <= width && y + NODE_HEIGHT / 2 <= height,
        );
        return !overlap && isInside;
      }),
      { numRuns: 150, seed: 1 },
    );
  });
});
