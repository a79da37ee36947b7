/**
 * Whether `text` is what `pattern` asks for: `*` anything but nothing, `abc*` a beginning, `*abc` an end, else the whole.
 * Source: Istio 1.31, pilot/pkg/security/authz/matcher/string.go.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return text === pattern;
}

/** `*` stands for any text, wherever it is. */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first!)) return false;
  let at = first!.length;
  const last = rest.pop()!;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
