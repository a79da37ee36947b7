import type { Report } from '../../../analysis/index.js';
import type { Diagnostic } from '../../../diagnostics/index.js';
import { type DiagnosticGroup, diagnosticGroups } from '../../diagnostic-groups.js';
import { formatCount } from '../../figures.js';
import { html, type Markup } from '../markup.js';
import type { Section } from './section.js';

const SHOWN_MAX = 200;
const KINDS = { error: 'bad', warning: 'doubtful', info: 'plain' } as const;

/** What was found in the configuration, the worst first; notes stay folded. */
export function diagnosticsSection({ diagnostics }: Pick<Report, 'diagnostics'>): Section {
  const body =
    diagnostics.length === 0
      ? html`<p class="sentence">Nothing was found in the configuration.</p>`
      : findingGroups(diagnostics);
  return { id: 'diagnostics', title: 'Diagnostics', body };
}

/** By severity, the worst first. */
export function findingGroups(diagnostics: readonly Diagnostic[]): readonly Markup[] {
  return diagnosticGroups(diagnostics).map(group);
}

function group({ severity, label, diagnostics }: DiagnosticGroup): Markup {
  const hidden = diagnostics.length - SHOWN_MAX;
  const more = hidden > 0 ? html`<li class="note">and ${formatCount(hidden)} more, in report.json</li>` : null;
  return html`<details class="findings" ${severity === 'info' ? null : OPEN}><summary><span class="chip ${KINDS[severity]}">${label}</span></summary>
<ul>${diagnostics.slice(0, SHOWN_MAX).map(finding)}${more}</ul></details>
`;
}

const OPEN = html`open`;

function finding({ code, message, help, file, line, column, resource, severity }: Diagnostic): Markup {
  const about =
    resource === null
      ? null
      : html` <span class="faint">${resource.kind} ${resource.namespace}/${resource.name}</span>`;
  return html`<li class="finding ${KINDS[severity]}"><p><b>${code}</b> <code>${file}:${line}:${column}</code>${about}</p><p>${message}</p><p class="help">${help}</p></li>
`;
}
