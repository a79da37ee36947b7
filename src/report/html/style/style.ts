import { FIGURES } from './figures.js';
import { LAYOUT } from './layout.js';
import { TABLES } from './tables.js';
import { THEME } from './theme.js';
import { TOPOLOGY } from './topology.js';

/** The style sheet of the page. */
export const STYLE = [THEME, LAYOUT, TABLES, FIGURES, TOPOLOGY].join('');
