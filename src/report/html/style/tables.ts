/** Tables, chips, meters and the list of findings. */
export const TABLES = `
.scroll { overflow-x: auto; margin: 0 -6px; padding: 0 6px; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; overflow-wrap: normal; }
th, td { text-align: left; padding: 9px 16px 9px 0; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; border-bottom: 1px solid var(--line-strong); color: var(--faint); font-weight: 600; font-size: 12px; vertical-align: bottom; padding-top: 4px; }
tbody th { font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.number > .faint { display: block; font-size: 11.5px; }
.figure { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.spread { display: block; color: var(--faint); font-size: 11.5px; }
td .name, th .name { overflow-wrap: anywhere; }
td:first-child:not(.number), tbody th { min-width: 170px; }
td.number:first-child { width: 110px; } thead th.number { white-space: normal; }
.faint.block { font-size: 12.5px; }
.second > * { border-top: 0; padding-top: 0; font-size: 12.5px; }
.traffic tbody tr:first-child td.number { font-weight: 550; } .traffic tbody tr:first-child .spread { font-weight: 400; }
.objectives { min-width: 760px; }
.objectives td:first-child { min-width: 0 !important; width: 170px; }
td:has(> .name) { min-width: 180px; }
.objectives td { vertical-align: middle; white-space: nowrap; }
.objectives td:nth-child(2), .objectives td:nth-child(3) { white-space: normal; overflow-wrap: anywhere; min-width: 110px; }
thead button { all: unset; cursor: pointer; }
thead button:hover { color: var(--text); }
thead button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
th[aria-sort] button { color: var(--accent); }
th[aria-sort="descending"] button::after { content: " ↓"; } th[aria-sort="ascending"] button::after { content: " ↑"; }
.unfold { all: unset; cursor: pointer; float: left; width: 22px; height: 22px; text-align: center; color: var(--faint); font-size: 17px; line-height: 20px; border-radius: 6px; margin-left: -26px; }
.unfolds { padding-left: 26px; }
.unfold:hover { background: var(--sunken); color: var(--text); } .unfold[aria-expanded="true"] { transform: rotate(90deg); }
.unfold:focus-visible { outline: 2px solid var(--accent); }
.details td { border-top: 0; padding: 0 0 12px 26px; }
.counters { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 0 28px; background: var(--sunken); border-radius: 10px; padding: 10px 14px; max-width: 1180px; }
.counters div { display: flex; justify-content: space-between; gap: 12px; padding: 3px 0; font-size: 12.5px; min-width: 0; }
.counters dt { color: var(--faint); overflow-wrap: anywhere; } .counters dd { font-variant-numeric: tabular-nums; white-space: nowrap; }
.filter { margin-bottom: 10px; display: flex; gap: 12px; align-items: center; color: var(--faint); font-size: 13px; }
.filter input { font: inherit; font-size: 14px; width: min(100%, 320px); padding: 8px 12px; border-radius: 9px; border: 1px solid var(--line-strong); background: var(--card); color: var(--text); }
.chips { display: inline-flex; flex-wrap: wrap; gap: 4px; }
.chip { display: inline-block; max-width: 100%; border-radius: 6px; padding: 1px 7px; font-size: 12px; line-height: 1.6; background: var(--sunken); color: var(--text); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.chip.good { background: var(--good-soft); color: var(--good); } .chip.doubtful { background: var(--doubtful-soft); color: var(--doubtful); } .chip.bad { background: var(--bad-soft); color: var(--bad); }
.chip.flag { background: none; box-shadow: inset 0 0 0 1px var(--line-strong); }
.chip[title] { cursor: help; }
.objectives .chip { font-weight: 600; padding: 2px 9px; }
.meter { display: block; width: 72px; height: 5px; margin: 4px 0 0 auto; border-radius: 3px; background: var(--sunken); overflow: hidden; }
.meter i { display: block; height: 100%; border-radius: 3px; background: var(--accent); }
.meter.good i { background: var(--good); } .meter.doubtful i { background: var(--doubtful); } .meter.bad i { background: var(--bad); }
.findings { margin-bottom: 12px; }
.findings summary { cursor: pointer; margin-bottom: 8px; } .findings summary .chip { font-weight: 600; font-size: 13px; }
.finding { border-left: 3px solid var(--line-strong); padding: 4px 0 4px 13px; margin-bottom: 10px; max-width: 100ch; }
.finding.bad { border-color: var(--bad); } .finding.doubtful { border-color: var(--doubtful); }
.finding .help { color: var(--faint); }
@media (max-width: 720px) {
  .scroll > table { min-width: 680px; } .data .scroll > table { min-width: 1020px; }
  .data tr:not(.details) > :first-child { position: sticky; left: -6px; background: var(--card); width: 165px; min-width: 165px; box-shadow: 6px 0 6px -6px var(--line-strong); }
}
@media print {
  .scroll > table, .second > * { font-size: 10px !important; } .scroll th, .scroll td { padding-right: 9px; } .objectives { min-width: 0; } .chip { font-size: 9.5px; }
  td:has(> .name), td:first-child:not(.number), tbody th { min-width: 120px; }
}
`;
