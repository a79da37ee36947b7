import {
  isHeld,
  loopText,
  type StabilityAxis,
  type StabilityDocument,
  type StabilityProbe,
  type Threshold,
} from '../../analysis/index.js';
import { formatCount, formatFigure, formatSeconds, NO_FIGURE } from '../figures.js';
import type { Style } from '../text/style.js';
import { tableLines } from '../text/table.js';
import { wrapped } from '../text/wrapped.js';
import { undecidedText } from '../undecided.js';
import { shortened, visibleText } from '../visible-text.js';

/** What a terminal shows of it: the verdict, the two thresholds, and what holds the mesh down. */
export function renderStabilityText(document: StabilityDocument, style: Style): string {
  const { scenario, drymesh, seed, replications, probes } = document;
  const times = replications === 1 ? '1 replication' : `${formatCount(replications)} replications`;
  const runs = `${times}, ${formatCount(probes.length)} probes`;
  return [
    style.heading(shortened(scenario.name, 80)),
    style.faint(`drymesh ${shortened(drymesh.version, 20)}, seed ${seed}, ${runs}`),
    '',
    headline(document, style),
    ...noteLines(document),
    '',
    ...thresholdLines(document, style),
    '',
  ].join('\n');
}

/** A probe as it is told when it has been played: `load x 0.500: recovered after 3 s (3 recovered)`. */
export function probeLine({ axis, factor, verdict, afterSeconds, replications, isOverload }: StabilityProbe): string {
  const after = afterSeconds === null ? '' : ` after ${formatSeconds(afterSeconds)}`;
  const counts = Object.entries(replications).filter(([, count]) => count > 0);
  const each = counts.map(([word, count]) => `${count} ${word}`).join(', ');
  const overload = isOverload ? '; too much load without any fault' : '';
  return `${AXES[axis]} x ${formatFigure(factor)}: ${verdict}${after} (${each})${overload}`;
}

const AXES: Readonly<Record<StabilityAxis, string>> = { load: 'load', faultLength: 'fault length' };

function headline({ asWritten: { verdict, afterSeconds, reason } }: StabilityDocument, style: Style): string {
  switch (verdict) {
    case 'recovered': {
      const after =
        afterSeconds === null || afterSeconds === 0 ? 'at once' : `${formatSeconds(afterSeconds)} after them`;
      return style.good(`✓ The mesh recovers from its faults as written, ${after}`);
    }
    case 'degraded':
      return style.bad('✗ The mesh stays worse after its faults as written than before');
    case 'down':
      return style.bad('✗ The mesh stays down after its faults as written');
    case 'undecided':
      return style.doubtful(
        `? Whether the mesh recovers from its faults as written is undecided: ${undecidedText(reason)}`,
      );
  }
}

function noteLines({ loop, load, asWritten, complete }: StabilityDocument): string[] {
  const where = isHeld(asWritten.verdict) ? 'Held there by' : 'Beyond the threshold it is held down by';
  const notes = [
    loop === null ? null : `${where} ${loopText(loop)}.`,
    load?.isOverload ? 'The load at which it fails is too much for it without any fault.' : null,
    complete ? null : 'Some settings in use are not modelled and could change these figures.',
  ];
  return notes.flatMap((note) => (note === null ? [] : wrapped(visibleText(note), '  ')));
}

function thresholdLines(document: StabilityDocument, style: Style): string[] {
  const { load, faultLength, sources, faultSeconds } = document;
  const columns = [
    { title: 'threshold', align: 'left' },
    { title: 'as written', align: 'right' },
    { title: 'recovers up to', align: 'right' },
    { title: 'fails from', align: 'right' },
    { title: 'about', align: 'right' },
    { title: '95 % interval', align: 'right' },
  ] as const;
  const row = (name: string, found: Threshold | null, said: (factor: number) => string) => ({
    cells: [name, said(1), ...endCells(found, said)],
  });
  const rows = [
    row('load, factor', load, (factor) => formatFigure(factor)),
    ...sources.map(({ name, kind, load: size }) =>
      row(`  ${name}, ${kind === 'open' ? 'requests/s' : 'users'}`, load, (factor) => formatFigure(size * factor)),
    ),
    row('length of the faults', faultLength, (factor) => formatSeconds(faultSeconds * factor)),
  ];
  return tableLines(columns, rows, style);
}

function endCells(found: Threshold | null, said: (factor: number) => string): readonly string[] {
  if (found === null) return [NO_FIGURE, NO_FIGURE, NO_FIGURE, NO_FIGURE];
  const { recoversUpTo, failsFrom, searched, estimate, ci95 } = found;
  return [
    recoversUpTo === null ? `below ${said(searched[0])}` : said(recoversUpTo),
    failsFrom === null ? `beyond ${said(searched[1])}` : said(failsFrom),
    estimate === null ? NO_FIGURE : said(estimate),
    ci95 === null ? NO_FIGURE : `${said(ci95[0])} to ${said(ci95[1])}`,
  ];
}
