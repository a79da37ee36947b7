import type { Counts } from '../../analysis/index.js';
import { compareKeys } from '../canonical-json.js';
import { formatCount } from '../figures.js';
import { codeMeaning, flagMeaning } from '../response-flags.js';
import { html, type Markup } from './markup.js';

const SUCCEEDED = /^(?:[23]\d\d|grpc:0|tcp:ok)$/;

/** Response codes with their counts; those that are no success stand out. */
export function codeChips(codes: Counts): Markup {
  return chips(codes, (code) => (SUCCEEDED.test(code) ? 'good' : 'bad'), codeMeaning);
}

/** Response flags with their counts, explained when pointed at. */
export function flagChips(flags: Counts): Markup {
  return chips(flags, () => 'flag', flagMeaning);
}

function chips(counts: Counts, kindOf: (key: string) => string, meaningOf: (key: string) => string | null): Markup {
  const chip = (key: string) => {
    const meaning = meaningOf(key);
    const title = meaning === null ? null : html` title="${meaning}"`;
    return html`<span class="chip ${kindOf(key)}"${title}><b>${key}</b> ${formatCount(counts[key]!)}</span> `;
  };
  const keys = Object.keys(counts).filter((key) => counts[key]! > 0);
  return html`<span class="chips">${keys.sort(compareKeys).map(chip)}</span>`;
}
