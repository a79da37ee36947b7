import {
  busiestOf,
  type NumberedPoint,
  type Sweep,
  successOf,
  vcpuPer1000SuccessfulOf,
} from '../../analysis/sweep/index.js';
import { formatCount, formatFigure, formatMs, formatPercent } from '../figures.js';
import { code, literal, TONE_MARKS, table } from '../markdown-parts.js';
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

const POINTS_MAX = 20;

const STATES: Readonly<Record<PointState, string>> = {
  best: '⭐ best',
  equal: '≈ best',
  unknown: '? maybe',
  holds: '✅ holds',
  fails: '❌ fails',
  stopped: '❌ stopped',
  none: '',
};

/** A comment for a pull request: which point to take, by which rule, and the points. */
export function renderSweepMarkdown(sweep: Sweep): string {
  const { tone, headline, notes } = sweepVerdict(sweep);
  const blocks = [
    `### ${TONE_MARKS[tone]} Drymesh: ${code(sweep.scenario.name)}: ${literal(headline)}`,
    ...notes.map(literal),
    pointTable(sweep),
    effectTable(sweep),
    facts(sweep),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function pointTable(sweep: Sweep): string {
  const busiest = busiestOf(sweep.points);
  const shown = shownPoints(sweep, POINTS_MAX);
  const recovery = hasRecovery(sweep);
  const row = (point: NumberedPoint) => {
    const latencyMs = point.traffic.find(({ name }) => name === busiest)?.latencyMs;
    return [
      String(point.number),
      ...point.settings.map(({ value }) => code(value)),
      STATES[pointState(sweep, point)],
      ...(recovery ? [recoveryText(point)] : []),
      formatPercent(successOf(point).value),
      formatMs(latencyMs?.p50 ?? null),
      formatMs(latencyMs?.p99 ?? null),
      formatFigure(vcpuPer1000SuccessfulOf(point).value),
      formatCount(point.cost.pods),
    ];
  };
  const standing = ['', ...(recovery ? ['after faults'] : [])];
  const figures = ['success', 'p50', 'p99', 'vCPU/1000 ok', 'pods'];
  const titles = ['#', ...axisNames(sweep.axes).map(code), ...standing, ...figures];
  const alignment = `|--:${'|--:'.repeat(sweep.axes.length)}${'|:--'.repeat(standing.length)}${'|--:'.repeat(figures.length)}|`;
  const whole = table(alignment, titles, shown.map(row));
  const hidden = sweep.points.length - shown.length;
  return hidden > 0 ? `${whole}\n\nand ${formatCount(hidden)} more, in sweep.json.` : whole;
}

function effectTable(sweep: Sweep): string {
  const rows = effectTexts(sweep).map(({ setting, figure, move }) => [code(setting), literal(figure), literal(move)]);
  return table('|:--|:--|:--|', ['setting', 'figure', 'how it moves'], rows);
}

function facts({ axes, seed, replications, points, pareto, busiest, drymesh }: Sweep): string {
  const paths = axes.map(({ path }) => code(path)).join(', ');
  const latencies = busiest === null ? '' : ` Latencies are those of ${code(busiest)}.`;
  const runs = `Seed ${seed}, ${countText(points.length, 'point')} × ${replicationsText(replications)}, drymesh ${code(drymesh.version)}.`;
  return `Varied: ${paths}.${latencies} Pareto front: ${pareto.join(', ')}. ${runs}`;
}
