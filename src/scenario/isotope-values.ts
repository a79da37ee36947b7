import type { Value } from '../reading/index.js';
import { malformed, outOfRange } from './field-readers.js';

/** Powers of 1024 by letter. Source: docker/go-units, size.go, `RAMInBytes`, which isotope's size package calls. */
const POWERS = ['', 'k', 'm', 'g', 't', 'p'];
const SIZE = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i;
const MAX_BYTES = 1e12;

/** Bytes of `1 KB` (1024) or a bare number. */
export function graphBytesOf(value: Value | null, or: number): number {
  if (value === null) return or;
  const [, number, unit] = SIZE.exec(value.written) ?? [];
  if (number === undefined)
    return malformed(value, 'bad-size', 'a size', "write bytes, or a size such as '1 KB'") ?? or;
  const bytes = Math.floor(Number(number) * 1024 ** POWERS.indexOf(unit!.toLowerCase()));
  return bytes <= MAX_BYTES ? bytes : (outOfRange(value, 'at most 900 GB') ?? or);
}

/**
 * An error rate (`10%`, or 0..1) as what isotope makes of it: every n-th request of a pod fails, with
 * n = floor(10000 / floor(rate x 10000)): 30 % is every 3rd, 40 % every 2nd. Null: none.
 * Source: istio/tools at 0f2e902f, isotope/service/pkg/srv.
 */
export function everyNthOf(value: Value | null, or: number | null): number | null {
  if (value === null) return or;
  const rate = rateOf(value.written);
  if (!(rate >= 0 && rate <= 1)) {
    return malformed(
      value,
      'bad-percentage',
      'an error rate',
      "write a percentage such as '10%', or a ratio from 0 to 1",
    );
  }
  const perTenThousand = Math.floor(rate * 10_000 + 1e-9); // 0.07 x 10000 falls short by rounding
  if (rate > 0 && perTenThousand === 0) return outOfRange(value, 'at least 0.01%: isotope itself stops at less');
  return rate === 0 ? null : Math.floor(10_000 / perTenThousand);
}

function rateOf(text: string): number {
  const [, number, percent] = /^(\d+(?:\.\d*)?|\.\d+)(%?)$/.exec(text) ?? [];
  return number === undefined ? Number.NaN : Number(number) / (percent === '%' ? 100 : 1);
}
