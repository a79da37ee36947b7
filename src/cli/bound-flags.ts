import type { Bound, ComparedMetric } from '../analysis/index.js';
import type { Pair } from './compared-pair.js';
import { UsageError, unknownWord } from './usage.js';

const METRICS: readonly ComparedMetric[] = ['success', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'cost', 'load'];
const BOUND = /^(\S+)\s*([<>])\s*([+-]\d+(?:\.\d+)?)\s*(%|pp|ms|us|s|cores|\/s)$/;
const SCALE: Readonly<Record<string, number>> = { '%': 0.01, pp: 0.01, us: 1e-3, ms: 1, s: 1000, cores: 1, '/s': 1 };
const UNITS: Readonly<Record<string, Bound['unit']>> = {
  '%': 'relative',
  pp: 'ratio',
  us: 'ms',
  ms: 'ms',
  s: 'ms',
  cores: 'cores',
  '/s': 'perSecond',
};

/** Reads `--fail-on 'p99 > +10%, success < -0.1pp'`. Throws UsageError. */
export function boundsAsked(failOn: readonly string[]): readonly Bound[] {
  return failOn.flatMap((written) => written.split(',')).map((each) => boundOf(each.trim()));
}

function boundOf(written: string): Bound {
  const [, subject, sign, amount, unit] = BOUND.exec(written) ?? [];
  if (subject === undefined) throw refusalOf(written);
  const { metric, ...whose } = subjectOf(subject, written);
  const kind = UNITS[unit!]!;
  const own = metric === 'success' ? 'ratio' : metric === 'cost' ? 'cores' : metric === 'load' ? 'perSecond' : 'ms';
  if (kind !== 'relative' && kind !== own) throw refusalOf(written);
  const side = sign === '>' ? 'above' : 'below';
  return { name: written, metric, ...whose, side, amount: Number(amount) * SCALE[unit!]!, unit: kind };
}

/** Throws UsageError for a bound about what cannot be compared. */
export function checkBounds(bounds: readonly Bound[], { base, candidate }: Pick<Pair, 'base' | 'candidate'>): void {
  const [before, after] = [base, candidate].map(({ blueprint }) => blueprint.scenario.traffic.map(({ name }) => name));
  const shared = after!.filter((source) => before!.includes(source));
  const stations = [base, candidate].flatMap(({ blueprint }) => blueprint.stations);
  const services = [...new Set(stations.map(({ service, name }) => service ?? name))];
  for (const bound of bounds) {
    const error = strangerIn(bound, shared, services);
    if (error !== null) throw new UsageError(`--fail-on ${bound.name}: ${error.message}`);
  }
}

function strangerIn(
  { metric, traffic, service }: Bound,
  sources: readonly string[],
  services: readonly string[],
): UsageError | null {
  if (service !== null) return services.includes(service) ? null : unknownWord('service', service, services);
  if (metric === 'cost' || metric === 'load') return null;
  if (sources.length === 0) return new UsageError('base and candidate have no traffic source in common');
  if (traffic === null || sources.includes(traffic)) return null;
  return unknownWord('traffic source in both', traffic, sources);
}

/** `p99`, `shoppers.p99`, `cost`, `load`, `load.reviews`. */
function subjectOf(subject: string, written: string): Pick<Bound, 'metric' | 'traffic' | 'service'> {
  if (subject === 'cost' || subject === 'load') return { metric: subject, traffic: null, service: null };
  if (subject.startsWith('load.')) return { metric: 'load', traffic: null, service: subject.slice('load.'.length) };
  const dot = subject.lastIndexOf('.');
  const metric = METRICS.find((name) => name === subject.slice(dot + 1));
  if (metric === undefined) throw refusalOf(written);
  return { metric, traffic: dot < 0 ? null : subject.slice(0, dot), service: null };
}

function refusalOf(written: string): UsageError {
  const example = "'p99 > +10%', 'success < -0.1pp', 'shoppers.mean > +5ms' or 'load.reviews > +20%'";
  return new UsageError(
    `--fail-on ${written}: write a difference with its sign, such as ${example}; of ${METRICS.join(', ')}`,
  );
}
