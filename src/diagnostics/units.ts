const DURATION_UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const SIZE_UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};
const NUMBER = String.raw`\d+(?:\.\d*)?|\.\d+`;
const DURATION_PART = new RegExp(`(${NUMBER})(ns|us|µs|μs|ms|s|m|h)`, 'y');

/** Milliseconds of a duration as Go writes it (`250ms`, `1m30s`, `0`), or null when it is none. Never negative. */
export function parseDurationMs(text: string): number | null {
  if (text === '0') return 0;
  let totalMs = 0;
  DURATION_PART.lastIndex = 0;
  do {
    const part = DURATION_PART.exec(text);
    if (part === null) return null;
    totalMs += Number(part[1]) * DURATION_UNIT_MS[part[2]!]!;
  } while (DURATION_PART.lastIndex < text.length);
  return Number.isFinite(totalMs) ? totalMs : null;
}

/** The ratio of a percentage (`20%` is 0.2), or null when it is none. Not held to 100 %. */
export function parsePercentage(text: string): number | null {
  const match = new RegExp(`^(${NUMBER})%$`).exec(text);
  return match === null ? null : Number(match[1]) / 100;
}

/** Requests per second of a rate (`100/s`, `90/min`, `1/h`), or null when it is none. */
export function parseRatePerSecond(text: string): number | null {
  const match = new RegExp(`^(${NUMBER})\\s*/\\s*(s|min|h)$`).exec(text.trim());
  if (match === null) return null;
  const perSecond = match[2] === 's' ? 1 : match[2] === 'min' ? 60 : 3600;
  return Number(match[1]) / perSecond;
}

/** Bytes of a size (`4kB`, `1MiB`, `512B`), or null when it is none. */
export function parseSizeBytes(text: string): number | null {
  const match = new RegExp(`^(${NUMBER})\\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)$`).exec(text.trim());
  return match === null ? null : Number(match[1]) * SIZE_UNIT_BYTES[match[2]!]!;
}
