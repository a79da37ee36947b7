import type { Report } from '../../analysis/index.js';
import { PAGE_SCRIPT } from './client/script.js';
import { html, type Markup, trusted } from './markup.js';
import { scriptHash } from './script-hash.node.js';
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
import { STYLE } from './style/style.js';
import { vegaRuntime } from './vega-runtime.node.js';

/** The report as one HTML file that asks for nothing else: it works offline, from wherever it lies. */
export function renderHtml(report: Report): string {
  const sections = sectionsOf(report);
  const scripts = [vegaRuntime(), PAGE_SCRIPT];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${titleOf(report)} – Drymesh</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${header(report, sections)}<main>
${verdictBanner(report)}${keyFigures(report)}${sections.map(sectionMarkup)}</main>
<footer>Made by Drymesh ${report.drymesh.version} from report.json with seed ${report.seed}: the same scenario and seed give the same figures.</footer>
<div id="tip" role="tooltip" hidden></div>
${scripts.map(scriptElement)}</body>
</html>
`;
  return page.text;
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

/**
 * Nothing is fetched, and only the two scripts of this page run, known by their hashes. Vega makes functions of the
 * expressions in its specifications, hence `unsafe-eval`; no text of a user's is part of an expression.
 */
function contentPolicy(scripts: readonly string[]): string {
  const allowed = scripts.map(scriptHash).join(' ');
  return `default-src 'none'; style-src 'unsafe-inline'; script-src ${allowed} 'unsafe-eval'; base-uri 'none'; form-action 'none'`;
}

function scriptElement(script: string): Markup {
  return html`<script>${trusted(script)}</script>
`;
}
