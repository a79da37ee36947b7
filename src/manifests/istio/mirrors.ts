import type { Mirror, Mirroring } from '../../mesh/index.js';
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

/** `mirror`, its percentages and `mirrors`. A share of 0 switches a mirror off; a root's is for its delegates too. */
export function translateMirroring(rule: Section, context: Context): Mirroring {
  if (rule.has('mirror') && rule.has('mirrors')) {
    refuse(rule, 'mirror stands beside mirrors', "write all of them under 'mirrors'", 'mirror');
  }
  return {
    one: section(rule, 'mirror') === null ? null : mirrorOf(rule, 'mirror', context),
    percentage: percentage(rule, 'mirrorPercentage', context),
    percent: wholePercent(rule),
    several: list(rule, 'mirrors').map((entry) => {
      account(entry, MIRROR_FIELDS, context);
      const share = percentage(entry, 'percentage', context) ?? 1;
      return { ...mirrorOf(entry, 'destination', context), share };
    }),
  };
}

function mirrorOf(entry: Section, key: string, context: Context): Omit<Mirror, 'share'> {
  const destination = translateDestination(entry, key, 0, NO_HEADERS, context);
  const origin = originOf(section(entry, key) ?? entry);
  return { origin, destination: { ...destination, origin } };
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
