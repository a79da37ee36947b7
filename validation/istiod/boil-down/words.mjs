/** Readers of Envoy's JSON. Each throws on what it does not know: nothing is left out by accident. */

const MILLISECONDS = 1000;
const DENOMINATORS = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 };

/** `0.250s` in milliseconds; null for what is not there. */
export function ms(duration) {
  if (duration === undefined) return null;
  return Number((Number.parseFloat(duration) * MILLISECONDS).toPrecision(12));
}

/** The same where 0 means none. */
export function msOrNone(duration) {
  return ms(duration) || null;
}

/** A FractionalPercent as a ratio. */
export function ratio({ numerator = 0, denominator = 'HUNDRED' } = {}) {
  return numerator / DENOMINATORS[denominator];
}

/** Leaves out what is undefined, null, false or empty: what istiod does not ask for. */
export function asked(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isAsked(value)));
}

function isAsked(value) {
  if (value === undefined || value === null || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Fails on fields that nobody has decided about. */
export function onlyKnown(what, value, fields) {
  const unknown = Object.keys(value).filter((key) => !fields.includes(key));
  if (unknown.length > 0) throw new Error(`${what} has ${unknown.join(', ')}: ${JSON.stringify(value)}`);
  return value;
}

export function byName(a, b) {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
