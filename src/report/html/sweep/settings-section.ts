import type { NumberedPoint, Sweep, SweepAxis } from '../../../analysis/sweep/index.js';
import { formatCount } from '../../figures.js';
import { axisNames } from '../../sweep/words.js';
import { chartFigure } from '../charts/figure.js';
import { SERIES_MAX } from '../charts/theme.js';
import { type Content, html, type Markup } from '../markup.js';
import { sourceLegend } from '../sections/latency.js';
import type { Section } from '../sections/section.js';
import { domainOf, heatMapSpec, type MapAxes } from './heat-map.js';
import { linesSpec } from './lines.js';
import { ALL_SUCCESS, busiestWorkloads, COST, loadMetric, type Metric, p99Metric, successMetric } from './metrics.js';

/** More maps than that say less than the table. */
const MAPS_MAX = 12;

/** How the figures go with the settings: lines over one axis, a map over two, a map for each setting of the others over more. */
export function settingsSection(sweep: Sweep): Section {
  const varied = sweep.axes.filter(({ values }) => values.length > 1);
  const body = varied.length <= 1 ? lines(sweep, varied[0] ?? sweep.axes[0]!) : maps(sweep, varied);
  return { id: 'settings', title: 'Figures by setting', body };
}

function lines(sweep: Sweep, axis: SweepAxis): Content {
  const sources = sourcesOf(sweep);
  const workloads = busiestWorkloads(sweep, SERIES_MAX);
  const metrics = [p99Metric(sources, sweep.points), successMetric(sources, sweep.points), COST, loadMetric(workloads)];
  const name = nameOf(sweep, axis);
  const figures = metrics
    .filter(({ series }) => series.length > 0)
    .map((metric) => {
      const description = `${metric.title} over ${name}. The table below holds the figures.`;
      const chart = { title: metric.title, description, spec: linesSpec(metric, axis, name, sweep.points) };
      return chartFigure(chart, sourceLegend(metric.series));
    });
  return html`${inPairs(figures)}<p class="note">Bars are 95 % intervals, dashed lines what objectives ask for. All points answer the same requests, so neighbours differ by less than their intervals suggest.</p>`;
}

function maps(sweep: Sweep, varied: readonly SweepAxis[]): Content {
  const [x, y, ...others] = bySize(varied) as [SweepAxis, SweepAxis, ...SweepAxis[]];
  const axes = { x, y, xName: nameOf(sweep, x), yName: nameOf(sweep, y) };
  const groups = groupsBy(sweep, others);
  const busiest = sweep.busiest === null ? [] : [sweep.busiest];
  const metrics = [...(busiest.length === 0 ? [] : [p99Metric(busiest, sweep.points)]), ALL_SUCCESS, COST];
  const shown = groups.slice(0, MAPS_MAX);
  const note =
    groups.length > shown.length
      ? html`<p class="note">Maps show ${MAPS_MAX} of ${formatCount(groups.length)} settings of the other paths; the table has all.</p>`
      : null;
  const figures = metrics.map((metric) => mapsOf(metric, axes, shown, sweep));
  return html`${others.length === 0 ? inPairs(figures.flat()) : figures.map(inPairs)}${note}<p class="note">The darker, the worse, the same in all maps of a figure; the best point is framed${sweep.busiest === null ? null : html`. Latencies are those of <span class="name">${sweep.busiest}</span>`}.</p>`;
}

/** Points that share their settings of some axes. */
interface Group {
  /** `workers=8`; empty: there are no others. */
  readonly name: string;
  readonly points: readonly NumberedPoint[];
}

function groupsBy(sweep: Sweep, others: readonly SweepAxis[]): Group[] {
  const groups = new Map<string, NumberedPoint[]>();
  for (const point of sweep.points) {
    const parts = others.map((axis) => {
      const { value } = point.settings.find(({ path }) => path === axis.path)!;
      return `${nameOf(sweep, axis)}=${value}`;
    });
    const name = parts.join(', ');
    const same = groups.get(name);
    if (same === undefined) groups.set(name, [point]);
    else same.push(point);
  }
  return [...groups].map(([name, points]) => ({ name, points }));
}

function mapsOf(metric: Metric, axes: MapAxes, groups: readonly Group[], sweep: Sweep): Markup[] {
  const domain = domainOf(metric, sweep.points);
  return groups.map(({ name, points }) => {
    const title = name === '' ? metric.title : `${metric.title}, ${name}`;
    const description = `${title} over ${axes.xName} and ${axes.yName}. The table below holds the figures.`;
    const spec = domain === null ? null : heatMapSpec(metric, axes, points, { best: sweep.choice.best, domain });
    return chartFigure({ title, description, spec });
  });
}

function inPairs(figures: readonly Markup[]): Markup {
  return html`<div class="pair">${figures}</div>`;
}

/** Those with the most values first: they span the map. Of equals in their order. */
function bySize(axes: readonly SweepAxis[]): readonly SweepAxis[] {
  return [...axes].sort((a, b) => b.values.length - a.values.length);
}

function nameOf(sweep: Sweep, axis: SweepAxis): string {
  return axisNames(sweep.axes)[sweep.axes.indexOf(axis)]!;
}

/** The sources that charts show: those with the most requests, in the order of the scenario. */
function sourcesOf({ points }: Sweep): readonly string[] {
  const requests = new Map<string, number>();
  for (const { traffic } of points) {
    for (const source of traffic) requests.set(source.name, (requests.get(source.name) ?? 0) + source.requests);
  }
  const most = [...requests].sort(([, a], [, b]) => b - a).slice(0, SERIES_MAX);
  const charted = new Set(most.map(([name]) => name));
  return [...requests.keys()].filter((name) => charted.has(name));
}
