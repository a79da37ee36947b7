import { PAGE_SCRIPT } from './client/script.js';
import { html, type Markup, trusted } from './markup.js';
import { scriptHash } from './script-hash.node.js';
import { STYLE } from './style/style.js';
import { vegaRuntime } from './vega-runtime.node.js';

/** What a page holds beside what all of them share. */
export interface Page {
  readonly title: string;
  readonly header: Markup;
  readonly main: Markup;
  readonly footer: Markup;
}

/** One HTML file that asks for nothing else: style, script and charts are within. */
export function pageHtml({ title, header, main, footer }: Page): string {
  const scripts = [vegaRuntime(), PAGE_SCRIPT];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Drymesh</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${header}<main>
${main}</main>
<footer>${footer}</footer>
<div id="tip" role="tooltip" hidden></div>
${scripts.map(scriptElement)}</body>
</html>
`;
  return page.text;
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
