/** The median of some measurements, and the least and the greatest. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], greatest: sorted.at(-1) };
}

/** As text: `1.23 (1.10 to 1.31)`. */
export function spreadText({ median, least, greatest }, digits = 2) {
  return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${greatest.toFixed(digits)})`;
}

/** In millions, as text. */
export function millionsText({ median, least, greatest }, digits = 2) {
  return spreadText({ median: median / 1e6, least: least / 1e6, greatest: greatest / 1e6 }, digits);
}
