/**
 * Whether an address lies within a block (`10.0.0.0/8`, `2001:db8::/32`), or is the address that is written instead of
 * one. Both are well-formed; of different families they never meet.
 */
export function isInBlock(block: string, address: string): boolean {
  const slash = block.indexOf('/');
  const [base, own] = [parsed(slash < 0 ? block : block.slice(0, slash)), parsed(address)];
  if (base.bits !== own.bits) return false;
  const shift = BigInt(base.bits - (slash < 0 ? base.bits : Number(block.slice(slash + 1))));
  return base.value >> shift === own.value >> shift;
}

interface Parsed {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

function parsed(address: string): Parsed {
  return address.includes(':') ? { value: v6(address), bits: 128 } : { value: v4(address), bits: 32 };
}

function v4(address: string): bigint {
  return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function v6(address: string): bigint {
  const [head, tail] = address.split('::');
  const before = groups(head!);
  const after = tail === undefined ? [] : groups(tail);
  const gap = new Array<bigint>(Math.max(0, 8 - before.length - after.length)).fill(0n);
  return [...before, ...gap, ...after].reduce((value, group) => (value << 16n) | group, 0n);
}

/** Of 16 bits each; the last two may be written as an IPv4 address. */
function groups(text: string): bigint[] {
  return text
    .split(':')
    .filter((part) => part !== '')
    .flatMap((part) => {
      if (!part.includes('.')) return [BigInt(`0x${part}`)];
      const value = v4(part);
      return [value >> 16n, value & 0xffffn];
    });
}
