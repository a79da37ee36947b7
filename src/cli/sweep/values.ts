import { UsageError } from '../usage.js';

/** More values on one axis are a slip, such as a step that is too small. */
const MOST_VALUES = 1000;

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const UNIT = String.raw`%|[A-Za-zµμ]+|\s?/\s?(?:s|min|h)`;
const RANGE = new RegExp(
  String.raw`^(${NUMBER})(${UNIT})?\s*\.\.\s*(${NUMBER})(${UNIT})?(?:\s+by\s+(${NUMBER})(${UNIT})?)?$`,
);
/** What was probably meant to be a range. */
const LIKE_A_RANGE = /^[-+.]?\d[^,]*\.\./;

/**
 * The values of `a,b,c`, each as YAML, and of ranges such as `1..10` and `100ms..500ms by 100ms`: the ends and the step
 * in one unit; whole numbers without a unit go by 1. Commas within brackets and quotes do not divide. `given` is what
 * the whole is called in what is told. Throws UsageError.
 */
export function valuesOf(text: string, given: string): string[] {
  const refusal = (why: string) => new UsageError(`${given}: ${why}`);
  const items = dividedAtCommas(text);
  if (items === null) throw refusal('a bracket or a quote in it does not end');
  const values = items.flatMap((item) => {
    if (item === '') throw refusal("a value is missing; write '' for an empty text");
    return rangeOf(item, refusal) ?? [item];
  });
  if (values.length > MOST_VALUES) throw refusal(`${values.length} values; at most ${MOST_VALUES} are played`);
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw refusal(`${twice} stands there twice`);
  return values;
}

const CLOSES: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')' };

/** At the commas outside of brackets and quotes, without the space around; null: something is not closed. */
function dividedAtCommas(text: string): string[] | null {
  const items: string[] = [];
  const open: string[] = []; // what closes the brackets that stand open
  let quote: string | null = null;
  let item = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quote === null && open.length === 0 && character === ',') {
      items.push(item.trim());
      item = '';
      continue;
    }
    item += character;
    if (quote !== null) {
      const escapes = quote === '"' ? character === '\\' : character === quote && text[i + 1] === quote; // as in 'it''s'
      if (escapes) item += text[++i] ?? '';
      else if (character === quote) quote = null;
    } else if (isQuote(character, item)) quote = character;
    else if (CLOSES[character] !== undefined) open.push(CLOSES[character]);
    else if (character === open.at(-1)) open.pop();
  }
  return quote === null && open.length === 0 ? [...items, item.trim()] : null;
}

/** Within a word, as in `it's`, it is none. */
function isQuote(character: string, item: string): boolean {
  return (character === '"' || character === "'") && /(?:^|[\s,:[{(])$/.test(item.slice(0, -1));
}

/** Every value of a range; null: it is none. */
function rangeOf(item: string, refusal: (why: string) => UsageError): string[] | null {
  const [, from, fromUnit = '', to, toUnit = '', by, byUnit = ''] = RANGE.exec(item) ?? [];
  if (from === undefined || to === undefined) {
    if (!LIKE_A_RANGE.test(item)) return null;
    throw refusal(`'${item}' is no range; write '1..10', '0.5..2 by 0.5' or '100ms..500ms by 100ms'`);
  }
  if (fromUnit !== toUnit || (by !== undefined && byUnit !== fromUnit)) {
    throw refusal(`'${item}': write its ends and its step in one unit, such as '100ms..500ms by 100ms'`);
  }
  if (by === undefined && (fromUnit !== '' || from.includes('.') || to.includes('.'))) {
    throw refusal(`'${item}' lacks its step: write '${item} by 1${fromUnit}' or the like`);
  }
  return steps({ from, to, by: by ?? '1' }, item, refusal).map((value) => value + fromUnit);
}

/** In whole units of the last decimal, so that nothing is rounded. */
function steps(
  { from, to, by }: { readonly from: string; readonly to: string; readonly by: string },
  item: string,
  refusal: (why: string) => UsageError,
): string[] {
  const decimals = Math.max(...[from, to, by].map((text) => text.split('.')[1]?.length ?? 0));
  const whole = (text: string) => Math.round(Number(text) * 10 ** decimals);
  const [first, last, step] = [whole(from), whole(to), whole(by)];
  if (step <= 0) throw refusal(`'${item}': its step must be above 0`);
  if (first > last) throw refusal(`'${item}' begins above its end`);
  const count = Math.floor((last - first) / step) + 1;
  if (!(count <= MOST_VALUES)) throw refusal(`'${item}' has ${count} values; at most ${MOST_VALUES} are played`);
  return Array.from({ length: count }, (_, i) =>
    String(Number(((first + i * step) / 10 ** decimals).toFixed(decimals))),
  );
}
