import type { Section, Value } from '../reading/index.js';
import type { Assets } from './assets.js';
import { distributionIn } from './distribution.js';
import { bytesIn, countIn, durationMsIn, required, wordIn } from './field-readers.js';
import { FIELDS } from './fields.js';
import { headersIn, methodIn } from './headers.js';
import { outcomesOf } from './outcome.js';
import { targetOf } from './target.js';
import type { CallStep } from './types.js';

const RETRIES = { min: 0, max: 100 };

/** Reads `call: URL` or `call: {to: URL, ...}`. */
export function callOf(value: Value, assets: Assets): CallStep | null {
  const section = value.kind === 'mapping' ? value.asSection() : null;
  section?.account(FIELDS.call);
  const to = targetOf(section === null ? value : required(section, 'to'));
  if (to === null) return null;
  const bare: CallStep = { ...BARE_CALL, place: value.place, to, method: to.scheme === 'grpc' ? 'POST' : 'GET' };
  return section === null ? bare : { ...bare, ...optionsOf(section, to.scheme, assets) };
}

/** A call of which nothing but the URL is written: one try, no timeout. */
export const BARE_CALL = {
  kind: 'call',
  sizeBytes: 0,
  timeoutMs: null,
  retries: 0,
  backoff: null,
  failOn: null,
  onFailure: 'fail',
  headers: {},
  expect: [],
} as const;

function optionsOf(section: Section, scheme: string, assets: Assets): Partial<CallStep> {
  return {
    method: methodIn(section, scheme),
    sizeBytes: bytesIn(section, 'size', 0),
    timeoutMs: durationMsIn(section, 'timeout', null) || null, // 0: none, as in a VirtualService
    retries: countIn(section, 'retries', RETRIES, 0),
    backoff: distributionIn(section, 'backoff', assets, null),
    failOn: section.has('failOn') ? outcomesOf(section.value('failOn')) : null,
    onFailure: wordIn(section, 'onFailure', ['fail', 'ignore', 'forward'], 'fail'),
    headers: headersIn(section, 'headers'),
    expect: outcomesOf(section.value('expect')),
  };
}
