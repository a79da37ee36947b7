import type { Report } from '../../analysis/index.js';
import { html } from './markup.js';
import { capacitySection } from './sections/capacity.js';
import { causesSection } from './sections/causes.js';
import { comparisonSections } from './sections/comparison.js';
import { diagnosticsSection } from './sections/diagnostics.js';
import { edgesSection } from './sections/edges.js';
import { guideSection } from './sections/guide.js';
import { header } from './sections/header.js';
import { keyFigures } from './sections/key-figures.js';
import { latencySection } from './sections/latency.js';
import { type Section, sectionMarkup } from './sections/section.js';
import { timelineSection } from './sections/timeline.js';
import { topologySection } from './sections/topology.js';
import { verdictBanner } from './sections/verdict.js';
import { workloadsSection } from './sections/workloads.js';
import { pageHtml } from './shell.js';

/** The report as one HTML file that asks for nothing else: it works offline, from wherever it lies. */
export function renderHtml(report: Report): string {
  const sections = sectionsOf(report);
  return pageHtml({
    title: titleOf(report),
    header: header(report, sections),
    main: html`${verdictBanner(report)}${keyFigures(report)}${sections.map(sectionMarkup)}`,
    footer: html`Made by Drymesh ${report.drymesh.version} from report.json with seed ${report.seed}: the same scenario and seed give the same figures.`,
  });
}

function titleOf({ scenario, comparison }: Report): string {
  return comparison === undefined ? scenario.name : `${scenario.name}: what the change does`;
}

function sectionsOf(report: Report): readonly Section[] {
  return [
    ...comparisonSections(report),
    latencySection(report),
    causesSection(report),
    timelineSection(report),
    topologySection(report),
    edgesSection(report),
    workloadsSection(report),
    capacitySection(report),
    diagnosticsSection(report),
    guideSection(report),
  ].filter((section) => section !== null);
}
