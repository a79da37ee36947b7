/** The page: its header, sections, verdict and key figures. */
export const LAYOUT = `
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 64px; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, p, dl, dd, ul, ol, figure { margin: 0; padding: 0; }
ul, ol { list-style: none; }
code, .name { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .92em; }
.name { font-weight: 600; }
.faint, .note, .nothing { color: var(--faint); }
.note { font-size: 13px; margin-top: 10px; }
.block { display: block; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.top { position: sticky; top: 0; z-index: 5; background: var(--card); border-bottom: 1px solid var(--line); }
.bar { max-width: 1280px; margin: 0 auto; padding: 0 24px; height: 52px; display: flex; align-items: center; gap: 10px; white-space: nowrap; }
.bar > .faint { font-size: 12px; max-width: 120px; overflow: hidden; text-overflow: ellipsis; }
.brand { font-weight: 700; font-size: 16px; letter-spacing: -.01em; }
.logo { flex: none; fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.logo .links { stroke-width: 1; opacity: .55; }
.logo circle { fill: var(--accent); }
nav { margin-left: auto; display: flex; gap: 2px; overflow-x: auto; scrollbar-width: none; }
nav a { color: var(--faint); text-decoration: none; font-size: 13.5px; padding: 6px 9px; border-radius: 7px; }
nav a:hover { color: var(--text); background: var(--sunken); }
.title, main, footer { max-width: 1280px; margin: 0 auto; padding: 0 24px; }
.title { padding-top: 36px; padding-bottom: 22px; }
.kicker { color: var(--accent); font-weight: 600; font-size: 13px; }
h1 { font-size: 36px; line-height: 1.15; letter-spacing: -.025em; margin: 2px 0 14px; }
h2 { font-size: 20px; line-height: 1.3; letter-spacing: -.012em; }
h3 { font-size: 14px; margin: 22px 0 8px; }
.facts { display: flex; flex-wrap: wrap; gap: 6px 26px; font-size: 13.5px; }
.facts div { display: flex; gap: 6px; }
.facts dt { color: var(--faint); }
.facts dd { font-variant-numeric: tabular-nums; font-weight: 500; }
main > section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); padding: 22px 24px 24px; margin-bottom: 20px; }
main > section > h2 { margin-bottom: 14px; }
.verdict { border-top: 4px solid var(--idle) !important; }
.verdict.held { border-top-color: var(--good) !important; } .verdict.undecided { border-top-color: var(--doubtful) !important; } .verdict.failed { border-top-color: var(--bad) !important; }
.answer { display: flex; gap: 16px; align-items: flex-start; }
.answer h2 { font-size: 25px; letter-spacing: -.02em; line-height: 1.25; padding-top: 5px; }
.answer p { color: var(--faint); margin-top: 4px; }
.sign { flex: none; display: grid; place-items: center; width: 42px; height: 42px; border-radius: 50%; font-size: 21px; font-weight: 700; background: var(--sunken); color: var(--faint); }
.held .sign { background: var(--good-soft); color: var(--good); } .undecided .sign { background: var(--doubtful-soft); color: var(--doubtful); } .failed .sign { background: var(--bad-soft); color: var(--bad); }
.verdict .scroll { margin-top: 18px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 14px; margin-bottom: 20px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); padding: 15px 17px; min-width: 0; }
.tile dt { color: var(--faint); font-size: 13px; }
.tile strong { font-size: 25px; letter-spacing: -.025em; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile .unit { color: var(--faint); font-size: 13px; }
.tile .note { display: block; margin-top: 2px; font-size: 12.5px; }
.sentence { font-size: 17px; max-width: 70ch; }
.guide { columns: 2 420px; column-gap: 44px; }
.guide > div { break-inside: avoid; margin-bottom: 18px; }
.guide > div:first-child ul { margin-top: 10px; }
.guide li { margin-bottom: 7px; padding-left: 14px; border-left: 2px solid var(--line); }
.guide h3 { margin-top: 2px; }
.glossary div { display: grid; grid-template-columns: 110px 1fr; gap: 10px; padding: 5px 0; border-top: 1px solid var(--line); font-size: 13.5px; }
.glossary dt { font-weight: 600; }
.glossary dd { color: var(--faint); }
footer { color: var(--faint); font-size: 13px; padding-top: 8px; padding-bottom: 40px; }
@media (max-width: 720px) {
  .bar { padding: 0 14px; } .bar > .faint { display: none; }
  .title, main, footer { padding-left: 14px; padding-right: 14px; }
  .title { padding-top: 22px; }
  h1 { font-size: 27px; }
  main > section { padding: 17px 15px 18px; border-radius: 12px; }
  .answer { gap: 12px; } .answer h2 { font-size: 20px; } .sign { width: 36px; height: 36px; font-size: 18px; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 10px; } .tile { padding: 12px 13px; } .tile strong { font-size: 21px; }
}
@page { size: landscape; margin: 10mm; }
@media print {
  body { font-size: 12px; } .top { position: static; } nav, .filter, .unfold { display: none !important; }
  main > section { break-inside: auto; border-color: #ccc; } figure, tr, .tile { break-inside: avoid; }
  .scroll { overflow: visible !important; max-height: none !important; }
}
`;
