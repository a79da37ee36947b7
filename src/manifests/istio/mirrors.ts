import type { Mirror } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { refuse, warn } from './checks.js';
import type { Context } from './context.js';
import { translateDestination } from './destination.js';
import { millionths } from './fault.js';
import { MIRROR_FIELDS, PERCENTAGE_FIELDS } from './fields/virtual-service.js';
import { list, number, section } from './read.js';

const NO_HEADERS = { request: null, response: null };

/** `mirror` with its percentage, or `mirrors`. A share of 0 is kept here and switches the mirror off. */
export function translateMirrors(rule: Section, context: Context): readonly Mirror[] {
  if (rule.has('mirror') && rule.has('mirrors')) {
    refuse(rule, 'mirror stands beside mirrors', "write all of them under 'mirrors'", 'mirror');
  }
  const mirrors = list(rule, 'mirrors').map((entry) => {
    account(entry, MIRROR_FIELDS, context);
    return mirrorOf(entry, 'destination', percentage(entry, 'percentage', context) ?? 1, context);
  });
  if (section(rule, 'mirror') === null) return mirrors;
  const share = percentage(rule, 'mirrorPercentage', context) ?? wholePercent(rule) ?? 1;
  return [mirrorOf(rule, 'mirror', share, context), ...mirrors];
}

function mirrorOf(entry: Section, key: string, share: number, context: Context): Mirror {
  const destination = translateDestination(entry, key, 0, NO_HEADERS, context);
  const origin = originOf(section(entry, key) ?? entry);
  return { origin, destination: { ...destination, origin }, share };
}

/** A ratio; null when it is not written. */
function percentage(parent: Section, key: string, context: Context): number | null {
  const written = section(parent, key);
  if (written === null) return null;
  account(written, PERCENTAGE_FIELDS, context);
  const value = number(written, 'value') ?? 0;
  if (value >= 0 && value <= 100) return millionths(value);
  refuse(written, `${quote(String(value))} is not a percentage`, 'write a number from 0 to 100', 'value');
  return 0;
}

/** The old field, under both of its names. */
function wholePercent(rule: Section): number | null {
  const key = ['mirrorPercent', 'mirror_percent'].find((name) => rule.has(name));
  if (key === undefined) return null;
  const percent = number(rule, key) ?? 0;
  warn(rule, `${key} is deprecated`, `write 'mirrorPercentage: { value: ${percent} }'`, key);
  if (percent > 100) refuse(rule, `${quote(String(percent))} is above 100`, 'write a number from 0 to 100', key);
  return Math.min(Math.max(percent, 0), 100) / 100;
}
