export { renderHtml } from './html/index.js';
export type { LintDocument } from './json.js';
export { renderJson, renderLintJson } from './json.js';
export { renderMarkdown } from './markdown.js';
export type { Style } from './text/index.js';
export { COLOUR, PLAIN, renderText } from './text/index.js';
