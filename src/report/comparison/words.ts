import type { BoundReport, CauseComparison, ChangeReport, Interval, MetricComparison } from '../../analysis/index.js';
import { formatCount, formatFigure, formatMs, formatPercent, NO_FIGURE } from '../figures.js';
import { mechanismLabel } from '../mechanisms.js';
import { signWords } from '../response-flags.js';

type Unit = MetricComparison['unit'];
type Subject = Pick<MetricComparison, 'name' | 'traffic' | 'service' | 'workload'>;

const LATE = 1_000_000;

/** `readers p99`, `cost`, `load reviews`. */
export function metricLabel({ name, traffic, service, workload }: Subject): string {
  if (traffic !== null) return `${traffic} ${name}`;
  return name === 'load' ? `load ${workload ?? service}` : name;
}

export function formatValue(unit: Unit, value: number | null): string {
  if (value === null) return NO_FIGURE;
  switch (unit) {
    case 'ms':
      return formatMs(value);
    case 'ratio':
      return formatPercent(value);
    case 'cores':
      return `${formatFigure(value)} cores`;
    case 'perSecond':
      return `${formatFigure(value)}/s`;
  }
}

/** What figures of a unit are measured in: `ms`, `%`. */
export const UNIT_WORDS: Readonly<Record<Unit, string>> = { ms: 'ms', ratio: '%', cores: 'cores', perSecond: '/s' };

/** The figure alone, for a table that says its unit elsewhere. */
export function bareValue(unit: Unit, value: number | null): string {
  return formatValue(unit, value).replace(/ ?(?:ms|%|cores|\/s)$/, '');
}

/** With its sign; of ratios in points. */
export function bareDifference(unit: Unit, difference: number | null): string {
  if (difference === null) return NO_FIGURE;
  const size = Math.abs(difference);
  return signed(difference, unit === 'ratio' ? formatPoints(100 * size) : formatFigure(size));
}

/** `+1.20 ms`, `−0.10 pp`. */
export function formatDifference(unit: Unit, difference: number | null): string {
  if (difference === null) return NO_FIGURE;
  const [space, word] = unit === 'perSecond' ? ['', '/s'] : [' ', unit === 'ratio' ? 'pp' : UNIT_WORDS[unit]];
  return `${bareDifference(unit, difference)}${space}${word}`;
}

/** What it is of the base, with its sign: `+12 %`; empty for ratios, and where there was nothing. */
export function formatRelative({
  unit,
  base,
  difference,
}: Pick<MetricComparison, 'unit' | 'base' | 'difference'>): string {
  if (unit === 'ratio' || !difference || !base) return '';
  const share = (100 * Math.abs(difference)) / base;
  return signed(difference, `${share < 9.95 ? formatFigureShort(share) : formatCount(share)} %`);
}

export function formatDifferenceInterval(unit: Unit, interval: Interval | null): string {
  return intervalText(unit, interval, (end) => formatDifference(unit, end));
}

export function bareDifferenceInterval(unit: Unit, interval: Interval | null): string {
  return intervalText(unit, interval, (end) => bareDifference(unit, end));
}

function intervalText(unit: Unit, interval: Interval | null, text: (end: number) => string): string {
  if (interval === null) return NO_FIGURE;
  const [low, high] = interval;
  const isExact = low === 0 && high === 0 && (unit === 'ms' || unit === 'ratio'); // counts can be equal by chance
  return isExact ? 'exactly' : `${text(low)} to ${text(high)}`;
}

/** What the interval says, in words. */
export function verdictWords(metric: MetricComparison): string {
  const { verdict, noLargerThan, moreReplications, unit, base, ci95 } = metric;
  if (verdict === null) return 'no interval';
  if (verdict === 'same') {
    if (ci95 !== null && ci95[0] === 0 && ci95[1] === 0) return 'the same';
    const share = unit === 'ratio' ? '' : formatRelative({ unit, base, difference: noLargerThan }).replace('+', '');
    return `same to ${share || formatDifference(unit, noLargerThan).replace('+', '')}`;
  }
  if (verdict !== 'undecided') return verdict;
  if (moreReplications === null || moreReplications > LATE) return 'undecided';
  return `undecided: ${formatCount(roughly(moreReplications))} more`;
}

/** `retry on productpage-v1 → reviews`. */
export function causeLabel({ edge, workload, mechanism, metric }: CauseComparison): string {
  if (edge !== null) return `${causeMechanism(metric, mechanism)} on ${edge.source} → ${edge.destination}`;
  return workload === null ? causeMechanism(metric, mechanism) : `${causeMechanism(metric, mechanism)} of ${workload}`;
}

function causeMechanism(metric: CauseComparison['metric'], mechanism: string): string {
  if (metric === 'cost') return mechanism === 'app' ? 'application CPU' : 'proxy CPU';
  if (metric === 'load') return { retry: 'retries', calls: 'calls', mirror: 'mirrored copies' }[mechanism] ?? mechanism;
  return metric === 'success' ? signWords(mechanism) : mechanismLabel(mechanism);
}

/** What it contributed before and after. */
export function causeFigures({ metric, base, candidate }: CauseComparison): string {
  const unit: Unit =
    metric === 'cost' ? 'cores' : metric === 'load' ? 'perSecond' : metric === 'success' ? 'ratio' : 'ms';
  if (metric === 'success' && Math.max(base, candidate) > 1) {
    return `${formatFigure(base)} → ${formatFigure(candidate)} for each request`;
  }
  const [before, after] = [base, candidate].map((value) => formatValue(unit, value));
  return metric === 'success' ? `${before} → ${after} of requests` : `${before} → ${after}`;
}

/** `retries 3.1 → 340, upstream_rq_timeout 0 → 120 per 1000 requests`; empty when none moved. */
export function counterWords({ counters }: Pick<CauseComparison, 'counters'>): string {
  if (counters.length === 0) return '';
  const each = counters.map(
    ({ name, base, candidate }) => `${name} ${formatFigure(base)} → ${formatFigure(candidate)}`,
  );
  return `${each.join(', ')} per 1000 requests`;
}

/** `VirtualService/default/reviews spec.http[0].timeout: – → 1s`. */
export function changeWords({ resource, path, before, after }: ChangeReport): string {
  if (path === null) return `${resource} ${after === null ? 'is gone' : 'is new'}`;
  return `${resource} ${path}: ${before ?? NO_FIGURE} → ${after ?? NO_FIGURE}`;
}

export const BOUND_WORDS: Readonly<Record<BoundReport['verdict'], string>> = {
  failed: 'crossed',
  held: 'kept',
  undecided: 'undecided',
};

/** Two digits are enough to say how many more. */
function roughly(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / unit) * unit;
}

function signed(value: number, text: string): string {
  if (value === 0) return text;
  return value > 0 ? `+${text}` : `−${text}`;
}

/** Two digits that matter, down to a request in a million. */
function formatPoints(points: number): string {
  if (points === 0) return '0';
  return points < 0.0001
    ? '<0.0001'
    : String(points < 10 ? Number(points.toFixed(points < 0.1 ? 4 : 2)) : points.toFixed(1));
}

function formatFigureShort(value: number): string {
  return value < 0.05 ? '<0.1' : value.toFixed(Math.abs(value - Math.round(value)) < 1e-9 ? 0 : 1);
}

export function resolvedWords(count: number): string {
  return count === 1 ? 'a finding of the base is gone' : `${count} findings of the base are gone`;
}
