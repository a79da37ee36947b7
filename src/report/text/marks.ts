import type { Verdict } from '../verdict.js';

/** Before a headline. */
export const MARKS: Readonly<Record<Verdict['tone'], string>> = { failed: '✗', undecided: '?', held: '✓', none: '·' };
