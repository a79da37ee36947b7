import {
  busiestOf,
  type NumberedPoint,
  type Sweep,
  type SweptTraffic,
  successOf,
  vcpuPer1000SuccessfulOf,
} from '../../analysis/sweep/index.js';
import { formatCount, formatFigure, formatPercent, formatSpread, halfWidth } from '../figures.js';
import { MARKS } from '../text/marks.js';
import type { Style } from '../text/style.js';
import { type Column, type Row, tableLines, WIDTH } from '../text/table.js';
import { wrapped } from '../text/wrapped.js';
import { shortened, visibleText } from '../visible-text.js';
import { effectTexts } from './effects.js';
import {
  axisNames,
  countText,
  hasRecovery,
  type PointState,
  pointState,
  recoveryText,
  replicationsText,
  shownPoints,
  sweepVerdict,
} from './words.js';

const POINTS_MAX = 15;
const FRONT_MAX = 20;
const NAME_MAX = 20;
/** More columns of figures than that would not fit. */
const FIGURE_AXES_MAX = 2;

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

/** The sweep as a terminal shows it: which point to take, by which rule, and the points, at most 100 wide. */
export function renderSweepText(sweep: Sweep, style: Style): string {
  return [
    ...headLines(sweep, style),
    ...pathLines(sweep, style),
    ...pointLines(sweep, style),
    ...effectLines(sweep, style),
    ...frontLine(sweep, style),
  ].join('\n');
}

function headLines(sweep: Sweep, style: Style): string[] {
  const { scenario, drymesh, seed, replications, points } = sweep;
  const { tone, headline, notes } = sweepVerdict(sweep);
  const paint = { failed: style.bad, undecided: style.doubtful, held: style.good, none: style.heading }[tone];
  const runs = `${countText(points.length, 'point')} × ${replicationsText(replications)}`;
  return [
    style.heading(shortened(scenario.name, 80)),
    style.faint(`drymesh ${shortened(drymesh.version, 20)}, seed ${seed}, ${runs}`),
    '',
    ...wrapped(visibleText(`${MARKS[tone]} ${headline}`), '').map(paint),
    ...notes.flatMap((note) => wrapped(visibleText(note), '  ')),
    '',
  ];
}

/** What the short names of the columns stand for. */
function pathLines({ axes }: Sweep, style: Style): string[] {
  const names = axisNames(axes).map((name) => shortened(name, NAME_MAX));
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  const lines = axes.map(({ path }, i) => names[i]!.padEnd(width) + shortened(path, WIDTH - width));
  return [style.heading('Varied'), ...lines, ''];
}

const STATES: Readonly<Record<PointState, string>> = {
  best: '★ best',
  equal: '≈ best',
  unknown: '? maybe',
  holds: '✓ holds',
  fails: '✗ fails',
  stopped: '✗ stopped',
  none: '',
};

function pointLines(sweep: Sweep, style: Style): string[] {
  const busiest = busiestOf(sweep.points);
  const shown = shownPoints(sweep, POINTS_MAX);
  const recovery = hasRecovery(sweep);
  const columns = [
    right('#'),
    ...axisColumns(sweep),
    left('objectives'),
    ...(recovery ? [{ ...left('recovers'), isWhole: true }] : []),
    right('success %'),
    right('p50, ms'),
    right('p99, ms'),
    right('vCPU/1000 ok'),
    right('pods'),
  ];
  const row = (point: NumberedPoint): Row => {
    const state = pointState(sweep, point);
    const source = point.traffic.find(({ name }) => name === busiest);
    const cells = [
      String(point.number),
      ...point.settings.map(({ value }) => value),
      `${STATES[state]}${missedText(point)}`,
      ...(recovery ? [recoveryText(point).replace('recovers ', '')] : []), // the title says it
      formatPercent(successOf(point).value).replace(' %', ''),
      latencyCell(source, 'p50'),
      latencyCell(source, 'p99'),
      formatFigure(vcpuPer1000SuccessfulOf(point).value),
      formatCount(point.cost.pods),
    ];
    return { cells, paint: paintOf(state, style) };
  };
  const hidden = sweep.points.length - shown.length;
  const order = hidden > 0 ? 'Points, the better ones first' : 'Points';
  const title = busiest === null ? order : `${order}; latencies of ${shortened(busiest, 40)}`;
  const more = hidden > 0 ? [style.faint(`and ${formatCount(hidden)} more, in sweep.json`)] : [];
  return [style.heading(title), ...tableLines(columns, shown.map(row), style), ...more, ''];
}

/** Texts give way where a line would be too long, figures do not. */
function axisColumns({ axes }: Sweep): Column[] {
  const names = axisNames(axes).map((name) => shortened(name, NAME_MAX));
  return axes.map(({ scale }, i) =>
    scale === null || axes.length > FIGURE_AXES_MAX ? left(names[i]!) : right(names[i]!),
  );
}

function missedText({ objectives }: NumberedPoint): string {
  const missed = objectives.filter(({ pass }) => !pass).length;
  return missed === 0 ? '' : ` ${missed}/${objectives.length}`;
}

function latencyCell(source: SweptTraffic | undefined, key: 'p50' | 'p99'): string {
  if (source === undefined) return formatFigure(null);
  const { latencyMs } = source;
  const half = halfWidth(latencyMs[key], latencyMs.ci95[key]);
  return `${formatFigure(latencyMs[key])}${half === null ? '' : ` ±${formatSpread(half)}`}`;
}

function paintOf(state: PointState, style: Style): (text: string) => string {
  if (state === 'fails' || state === 'stopped') return style.bad;
  if (state === 'unknown') return style.doubtful;
  return state === 'none' || state === 'holds' ? String : style.good;
}

function effectLines(sweep: Sweep, style: Style): string[] {
  const rows = effectTexts(sweep).map(({ setting, figure, move }) => ({ cells: [setting, figure, move] }));
  if (rows.length === 0) return [];
  const columns = [left('setting'), left('figure'), left('the mean over all settings of the others')];
  return [style.heading('How the figures move'), ...tableLines(columns, rows, style), ''];
}

function frontLine({ pareto }: Sweep, style: Style): string[] {
  if (pareto.length === 0) return [];
  const shown = pareto.slice(0, FRONT_MAX).join(', ');
  const more = pareto.length > FRONT_MAX ? `, and ${formatCount(pareto.length - FRONT_MAX)} more` : '';
  const text = `${shown}${more}: no other is as good in p99, errors, vCPU and pods, and better in one of them.`;
  return [style.heading('Pareto front'), ...wrapped(text, ''), ''];
}
