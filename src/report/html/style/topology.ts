/** The drawing of the topology: health is told by colour, by dashes and by a mark. */
export const TOPOLOGY = `
.note + .canvas { margin-top: 10px; }
.canvas { overflow: auto; max-height: 760px; margin-bottom: 12px; background: var(--sunken); border-radius: 10px; padding: 6px; margin-left: 0; margin-right: 0; }
.graph { display: block; margin: 0 auto; max-width: 100%; height: auto; }
.edge { fill: none; stroke: var(--idle); opacity: .8; } .edge:hover { opacity: 1; stroke: var(--accent); }
.edge.good { stroke: var(--good); opacity: .6; } .edge.doubtful { stroke: var(--doubtful); stroke-dasharray: 11 4; } .edge.bad { stroke: var(--bad); stroke-dasharray: 5 3; } .edge.entry { stroke-dasharray: 1 5; stroke-linecap: round; }
marker.good { fill: var(--good); } marker.doubtful { fill: var(--doubtful); } marker.bad { fill: var(--bad); } marker.idle { fill: var(--idle); }
.graph text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; fill: var(--text); }
.rate { font-size: 11px; text-anchor: middle; paint-order: stroke; stroke: var(--sunken); stroke-width: 4px; stroke-linejoin: round; fill: var(--faint) !important; }
.rate .bad { fill: var(--bad); font-weight: 600; }
.node rect { fill: var(--card); stroke: var(--line-strong); stroke-width: 1.5; }
.node.good rect { stroke: var(--good); } .node.doubtful rect { stroke: var(--doubtful); stroke-width: 2; } .node.bad rect { stroke: var(--bad); stroke-width: 2.5; }
.node.external rect { stroke-dasharray: 6 4; } .node.unreached rect { stroke-dasharray: 3 3; }
.node .name { font-size: 12.5px; font-weight: 600; } .node .facts { font-size: 11px; fill: var(--faint); }
.node .mark { font-size: 14px; font-weight: 700; text-anchor: middle; }
.node.good .mark { fill: var(--good); } .node.doubtful .mark { fill: var(--doubtful); } .node.bad .mark { fill: var(--bad); }
@media print { .graph { min-width: 0 !important; } }
`;
