import type { Interval } from '../analysis/index.js';

/** Stands where there is no figure. */
export const NO_FIGURE = '–';

const PER_CENT_DECIMALS_MAX = 6;

/** A whole number with its thousands apart: `1,234,567`. */
export function formatCount(count: number): string {
  return groupThousands(Math.round(count).toFixed(0));
}

/** Three digits that matter, more where the whole part has more: `0.042`, `7.31`, `84.2`, `1,310`. */
export function formatFigure(value: number | null): string {
  if (value === null) return NO_FIGURE;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.0005) return '<0.001';
  const decimals = size < 0.9995 ? 3 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return groupThousands(value.toFixed(decimals));
}

/** Half an interval, in the two digits that can be trusted of it: `0.04`, `2.2`, `16`. */
export function formatSpread(half: number): string {
  if (half === 0) return '0';
  if (half < 0.0005) return '<0.001';
  return groupThousands(half.toFixed(half < 0.0095 ? 3 : half < 0.95 ? 2 : half < 9.5 ? 1 : 0));
}

export function formatMs(ms: number | null): string {
  return ms === null ? NO_FIGURE : `${formatFigure(ms)} ms`;
}

/** Per cent of a ratio, with as many decimals as it takes not to call 99.9996 % all, nor 0.0004 % none. */
export function formatPercent(ratio: number | null, decimalsMin = 2): string {
  if (ratio === null) return NO_FIGURE;
  if (ratio === 0 || ratio === 1) return `${ratio * 100} %`;
  for (let decimals = decimalsMin; ; decimals++) {
    const text = (ratio * 100).toFixed(decimals);
    if (decimals >= PER_CENT_DECIMALS_MAX || (Number(text) !== 100 && Number(text) !== 0)) return `${text} %`;
  }
}

/** How often something happens for each request: a share, or a number where it is more than once. */
export function formatPerRequest(ratio: number): string {
  return ratio > 1 ? `${formatFigure(ratio)} each` : formatPercent(ratio);
}

/** Half the width of a 95 % interval, on its wider side of the estimate; null without an interval. */
export function halfWidth(estimate: number | null, interval: Interval | null): number | null {
  return estimate === null || interval === null ? null : Math.max(interval[1] - estimate, estimate - interval[0]);
}

/** Simulated seconds as people say them: `45 s`, `10 m 30 s`, `2 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Number.isInteger(seconds) ? seconds : formatFigure(seconds)} s`;
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'm'],
    [whole % 60, 's'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${formatCount(count)} ${unit}`)
    .join(' ');
}

export function formatMebibytes(bytes: number): string {
  return `${formatFigure(bytes / 2 ** 20)} MiB`;
}

/** An objective's target or measured value in its own unit. */
export function formatIn(unit: 'ms' | 'ratio', value: number | null): string {
  return unit === 'ms' ? formatMs(value) : formatPercent(value);
}

/** A measured value with as many digits as it takes not to read like its target, unless it is that. */
export function formatMeasured(unit: 'ms' | 'ratio', measured: number | null, target: number): string {
  const text = formatIn(unit, measured);
  if (measured === null || measured === target || text !== formatIn(unit, target)) return text;
  return unit === 'ms' ? `${Number(measured.toPrecision(9))} ms` : `${Number((measured * 100).toPrecision(9))} %`;
}

/** `[low, high]` of a 95 % interval in its unit, or `–`. */
export function formatInterval(unit: 'ms' | 'ratio', interval: Interval | null): string {
  return interval === null ? NO_FIGURE : `${formatIn(unit, interval[0])} to ${formatIn(unit, interval[1])}`;
}

function groupThousands(digits: string): string {
  const [whole, fraction] = digits.split('.');
  const grouped = whole!.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
