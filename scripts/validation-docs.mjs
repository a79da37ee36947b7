// docs/validation.md and its chart from validation/results: what was measured, and what the model said of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse as parseVega, View } from 'vega';
import { compile } from 'vega-lite';
import { parse as parseYaml } from 'yaml';

const VALIDATION = new URL('../validation/', import.meta.url);
const PLACE = /(<!-- results -->\n)[\s\S]*?(<!-- end of results -->)/;
/** As in the harness. */
const DISTURBED_MS = 3;
const COVERAGE_PLACE = /(<!-- coverage -->\n)[\s\S]*?(<!-- end of coverage -->)/;

/** The document with the results at its place. */
export function validationDocs(document) {
  const results = readResults();
  const text =
    results.length === 0
      ? 'Nothing has been measured yet.'
      : [overview(results), table(results), misses(results)].join('\n\n');
  return document
    .replace(PLACE, (_, begin, end) => `${begin}\n${text.trimEnd()}\n\n${end}`)
    .replace(COVERAGE_PLACE, (_, begin, end) => `${begin}\n${coverage()}\n\n${end}`);
}

const HOW = {
  compared: (count) => `difference to 5 % slower services, ${count} pairs`,
  fixed: (count) => `${count} replications`,
  stopped: (count) => `stopped, ${count} on average`,
};

/** How often intervals held the closed form. */
function coverage() {
  const path = new URL('coverage.json', VALIDATION);
  if (!existsSync(path)) return 'Nothing has been measured yet.';
  const rows = JSON.parse(readFileSync(path, 'utf8')).map(
    ({ utilization, runs, metric, held, experiments, replications }) => {
      return `| ${utilization} | ${HOW[runs](replications)} | ${metric} | ${((100 * held) / experiments).toFixed(1)} % of ${experiments} |`;
    },
  );
  return ['| utilisation | replications | interval of | held |', '|---|---|---|---|', ...rows].join('\n');
}

/** Predicted against measured p99 of every case, as an SVG. */
export async function validationChart() {
  const values = readResults().flatMap(({ case: name, comparisons }) =>
    comparisons
      .filter(({ figure }) => figure === 'p99')
      .map(({ subject, measured, predicted, verdict }) => ({
        name: `${name}, ${subject}`,
        measured: measured.mean,
        low: Math.max(measured.mean - (measured.half95 ?? 0), measured.mean / 3),
        high: measured.mean + (measured.half95 ?? 0),
        predicted: predicted.mean,
        target: { met: 'within 10 %', 'met-by-interval': 'within the interval', missed: 'missed' }[verdict],
      })),
  );
  const view = new View(parseVega(compile(chart(values)).spec), { renderer: 'none' });
  return `${await view.toSVG()}\n`;
}

function chart(values) {
  const all = values.flatMap(({ measured, predicted }) => [measured, predicted]);
  const domain = [Math.floor(Math.min(10, ...all)), Math.ceil(Math.max(100, ...all) * 1.2)];
  const axis = (field, title) => ({ field, type: 'quantitative', title, scale: { type: 'log', domain, nice: false } });
  const line = (factor, dash) => ({
    data: { values: domain.map((ms) => ({ x: ms, y: ms * factor })) },
    mark: { type: 'line', color: '#999999', strokeWidth: 1, strokeDash: dash, clip: true },
    encoding: { x: axis('x', 'measured p99, ms'), y: axis('y', 'predicted p99, ms') },
  });
  const color = {
    field: 'target',
    type: 'nominal',
    title: null,
    scale: { domain: ['within 10 %', 'within the interval', 'missed'], range: ['#1b6ca8', '#e0a030', '#c0392b'] },
    legend: { orient: 'bottom' },
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: 460,
    height: 460,
    background: 'white',
    config: { aria: false }, // the document has one label for the picture
    data: { values },
    layer: [
      line(1, [1, 0]),
      line(1.1, [4, 4]),
      line(1 / 1.1, [4, 4]),
      {
        mark: { type: 'rule', opacity: 0.35, clip: true },
        encoding: {
          x: axis('low', 'measured p99, ms'),
          x2: { field: 'high' },
          y: axis('predicted', 'predicted p99, ms'),
          color,
        },
      },
      {
        mark: { type: 'point', filled: true, size: 36, opacity: 0.9 },
        encoding: { x: axis('measured', 'measured p99, ms'), y: axis('predicted', 'predicted p99, ms'), color },
      },
    ],
  };
}

function overview(results) {
  const comparisons = results.flatMap((result) => result.comparisons).filter(({ verdict }) => verdict !== 'shown');
  const count = (verdict) => comparisons.filter((each) => each.verdict === verdict).length;
  const dates = results.map(({ date }) => date.slice(0, 10)).sort();
  const when = dates[0] === dates.at(-1) ? `on ${dates[0]}` : `from ${dates[0]} to ${dates.at(-1)}`;
  const versions = [...new Set(results.map(({ versions: { envoy } }) => envoy))].join(', ');
  const met = results.filter((result) => result.met).length;
  return [
    `${results.length} cases, measured ${when} with Envoy ${versions}: in ${met} of them all targets are met. Of ${comparisons.length} figures`,
    `that are compared, ${count('met')} are within their tolerance, ${count('met-by-interval')} are farther off but within the interval of the`,
    `measured mean, ${count('missed')} are missed.`,
    '',
    '![Predicted against measured p99 of every case](validation.svg)',
    '',
    'Measured is the mean over the runs with half of its 95 % interval, then predicted. The bars of the chart are the same',
    'intervals; its dashed lines are 10 % off.',
    ...disturbedNote(results),
  ].join('\n');
}

function disturbedNote(results) {
  const disturbed = results.filter(({ runs }) => runs.some(isDisturbed)).length;
  if (disturbed === 0) return [];
  return [
    '',
    `† The machine was held up in a run of ${disturbed} cases, three times each: 1 % of the requests were sent, or of the services`,
    `ended, more than ${DISTURBED_MS} ms late. Their figures tell of the machine as well.`,
  ];
}

function table(results) {
  const head = '| case | requests | success, % | mean, ms | p99, ms | other rates and counters, worst | targets |';
  return [head, '|---|---|---|---|---|---|---|', ...results.flatMap(rowsOf)].join('\n');
}

function rowsOf({ case: name, met, comparisons, measured, runs }) {
  return Object.entries(measured.traffic).map(([source, { requests }], i, all) => {
    const of = (figure) => comparisons.find((each) => each.subject === source && each.figure === figure);
    const label = all.length === 1 ? '' : `, ${source}`;
    const others = i === 0 ? worst(comparisons) : '';
    const cells = [
      `[${name}](../validation/cases/${name}/scenario.yaml)${label}${runs.some(isDisturbed) ? ' †' : ''}`,
      Math.round(requests.mean),
      beside(of('success'), 100),
      beside(of('mean'), 1),
      beside(of('p99'), 1),
      others,
      i > 0 ? '' : met ? 'met' : '**missed**',
    ];
    return `| ${cells.join(' | ')} |`;
  });
}

/** Requests were sent, or services ended, as late as only a machine that is held up makes them. */
function isDisturbed({ sendingLate, serviceLate }) {
  return [...Object.values(sendingLate), serviceLate].some(({ p99Ms }) => p99Ms > DISTURBED_MS);
}

function beside({ measured, predicted }, factor) {
  const digits = factor === 100 ? 2 : 1;
  const half = measured.half95 === null ? '' : ` ± ${(factor * measured.half95).toFixed(digits)}`;
  return `${(factor * measured.mean).toFixed(digits)}${half}, ${(factor * predicted.mean).toFixed(digits)}`;
}

function worst(comparisons) {
  const others = comparisons.filter(
    ({ unit, figure, verdict }) => unit === 'share' && figure !== 'success' && verdict !== 'shown',
  );
  const [first] = others.toSorted((a, b) => Math.abs(b.error) - Math.abs(a.error));
  if (first === undefined) return '';
  return `${first.figure} ${first.error < 0 ? '-' : '+'}${(100 * Math.abs(first.error)).toFixed(2)} pp`;
}

function misses(results) {
  const causes = readCauses();
  const missed = results.filter(({ met }) => !met);
  if (missed.length === 0) return 'No target is missed.';
  const lines = missed.map(({ case: name, comparisons }) => {
    const figures = comparisons.filter(({ verdict }) => verdict === 'missed').map(told);
    return `- **${name}**: ${figures.join('; ')}. ${causes[name] ?? 'The cause is not known.'}`;
  });
  return ['Targets that are missed, and why:', '', ...lines].join('\n');
}

function told({ subject, figure, unit, measured, predicted, error }) {
  const sign = error < 0 ? '-' : '+';
  const off = `${sign}${(100 * Math.abs(error)).toFixed(unit === 'ms' ? 1 : 2)} ${unit === 'ms' ? '%' : 'pp'}`;
  const number = ({ mean }) => (unit === 'ms' ? `${mean.toFixed(1)} ms` : `${(100 * mean).toFixed(2)} %`);
  return `${subject} ${figure} ${number(measured)}, predicted ${number(predicted)} (${off})`;
}

function readCauses() {
  return parseYaml(readFileSync(new URL('misses.yaml', VALIDATION), 'utf8')) ?? {};
}

function readResults() {
  const folder = new URL('results/', VALIDATION);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
}
