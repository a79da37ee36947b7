import { parseDurationMs, parsePercentage } from '../diagnostics/index.js';
import type { Section, Value } from '../reading/index.js';
import { quote, suggestion } from '../reading/index.js';
import { nameOf } from './field-readers.js';
import type { Objective, ObjectiveMetric } from './types.js';

const LATENCIES = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;
const METRICS: readonly string[] = [...LATENCIES, ...LATENCIES.map((metric) => `ok.${metric}`), 'success'];
const COMPARED = /^\s*(<=|>=|<|>)\s*(\S.*?)\s*$/;
const WRITTEN = /^\s*([A-Za-z0-9.]+)\s*([<>].*)$/;

/** Reads `spec.objectives`; `sources` are the names of the traffic. */
export function objectivesOf(value: Value | null, sources: readonly string[]): Objective[] {
  return (value?.asList() ?? []).flatMap((entry) => {
    return entry.kind === 'mapping' ? fromMapping(entry.asSection()!, sources) : fromText(entry);
  });
}

/** `p99 < 250ms`. */
function fromText(value: Value): Objective[] {
  const text = value.asText();
  if (text === null) return [];
  const [, metric, rest] = WRITTEN.exec(text) ?? [];
  if (metric !== undefined) return objectiveOf(value, text, metric, rest!, null);
  value.refuse(
    'bad-objective',
    `${quote(text)} is not an objective`,
    "write one such as 'p99 < 250ms' or 'success >= 99.9%'",
  );
  return [];
}

/** `{traffic: shoppers, p95: "< 100ms"}`; several metrics are as many objectives. */
function fromMapping(section: Section, sources: readonly string[]): Objective[] {
  const traffic = nameOf(section.value('traffic'));
  if (traffic !== null && !sources.includes(traffic)) {
    section.refuse('unknown-name', `there is no traffic ${quote(traffic)}`, suggestion(traffic, sources), 'traffic');
  }
  const metrics = section.keys().filter((key) => key !== 'traffic');
  if (metrics.length === 0) section.refuse('bad-objective', 'there is no metric', `add one, such as 'p99: "< 250ms"'`);
  return metrics.flatMap((metric) => {
    const value = section.value(metric);
    const text = value?.asText() ?? null;
    if (value === null) section.refuse('bad-objective', `${metric} is empty`, "write '< 250ms'", metric);
    return value === null || text === null ? [] : objectiveOf(value, `${metric} ${text}`, metric, text, traffic);
  });
}

function objectiveOf(value: Value, name: string, metric: string, rest: string, traffic: string | null): Objective[] {
  if (!METRICS.includes(metric)) {
    value.refuse('unknown-metric', `there is no metric ${quote(metric)}`, suggestion(metric, METRICS));
    return [];
  }
  const unit = metric === 'success' ? 'ratio' : 'ms';
  const [, comparator, written] = COMPARED.exec(rest) ?? [];
  const target = written === undefined ? null : targetOf(written, unit);
  if (target === null) {
    const example = unit === 'ms' ? `${metric} < 250ms` : 'success >= 99.9%';
    value.refuse('bad-objective', `${quote(rest)} is not a bound for ${metric}`, `write one such as '${example}'`);
    return [];
  }
  const ok = metric.startsWith('ok.');
  return [
    {
      place: value.place,
      name,
      traffic,
      metric: (ok ? metric.slice(3) : metric) as ObjectiveMetric,
      ok,
      comparator: comparator as Objective['comparator'],
      unit,
      target,
    },
  ];
}

function targetOf(written: string, unit: Objective['unit']): number | null {
  const target = unit === 'ms' ? parseDurationMs(written) : parsePercentage(written);
  return target !== null && (unit === 'ms' || target <= 1) ? target : null;
}
