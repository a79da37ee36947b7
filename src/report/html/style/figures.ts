/** Charts, legends, the list of faults and the small drawing of an interval. */
export const FIGURES = `
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 28px; margin-bottom: 18px; }
.pair > *, .chart { min-width: 0; }
.chart { margin-bottom: 14px; }
figcaption { font-weight: 600; font-size: 14px; margin-bottom: 4px; }
.plot { width: 100%; min-height: 60px; }
.plot svg { display: block; max-width: 100%; overflow: visible; }
.plot g[class*="readings_marks"] line:hover { opacity: .16; }
.legend { display: flex; flex-wrap: wrap; gap: 3px 16px; font-size: 12.5px; color: var(--faint); margin-bottom: 6px; }
.legend li { display: flex; align-items: center; gap: 6px; min-width: 0; } .legend li[title] { cursor: help; }
.swatch { flex: none; width: 11px; height: 11px; border-radius: 3px; }
.legend .mark { font-weight: 700; } .legend .good .mark { color: var(--good); } .legend .doubtful .mark { color: var(--doubtful); } .legend .bad .mark { color: var(--bad); }
.marks { display: grid; gap: 4px; margin-bottom: 16px; font-size: 13.5px; }
.badge { display: inline-block; min-width: 20px; text-align: center; border-radius: 6px; padding: 0 5px; font-weight: 600; font-size: 12px; background: var(--band); color: var(--band-text); }
#tip { position: fixed; z-index: 10; max-width: min(340px, 92vw); padding: 7px 10px; border-radius: 8px; font-size: 12.5px; line-height: 1.45; white-space: pre-line; pointer-events: none; background: var(--text); color: var(--card); font-variant-numeric: tabular-nums; }
#tip[hidden] { display: none; }
.interval { display: block; } .interval .allowed { fill: var(--good-soft); } .interval .target { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 3 2; }
.interval .range { stroke: var(--accent); stroke-width: 3; stroke-linecap: round; opacity: .55; } .interval circle { fill: var(--accent); }
@media (max-width: 900px) { .pair { grid-template-columns: minmax(0, 1fr); gap: 8px; } }
`;
