/** The candidate that `text` was probably meant to be, or null: at most a third of it is wrong. */
export function closest(text: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.floor(Math.min(text.length, 40) / 3) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) >= least) continue;
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** `did you mean "rate"?` when something is close, else the list of what there is. */
export function suggestion(text: string, candidates: readonly string[]): string {
  const best = closest(text, candidates);
  if (best !== null) return `did you mean "${best}"?`;
  if (candidates.length === 0) return 'there is none to choose from';
  const shown = candidates.slice(0, 20).join(', ');
  return `one of ${shown}${candidates.length > 20 ? `, and ${candidates.length - 20} more` : ''}`;
}

/** Levenshtein's distance: insertions, deletions and substitutions cost 1. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
