/** A key of a mapping or an index into a list. */
export type PathStep = string | number;

const PLAIN_KEY = /^[^\s."[\]=:]+$/;
const STEP = /\.?([^\s."[\]=:]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** Reads `spec.http[0].match` or `labels["a.b/c"]`; null when it is no path. */
export function parsePath(text: string): readonly PathStep[] | null {
  const steps: PathStep[] = [];
  if (text.startsWith('.')) return null;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const step = STEP.exec(text);
    if (step === null) return null;
    const [, key, index, quoted] = step;
    const read = key ?? (index === undefined ? unquote(quoted!) : Number(index));
    if (read === null) return null;
    steps.push(read);
  }
  return steps.length > 0 ? steps : null;
}

/** The path of a step below `path`, as `parsePath` reads it. */
export function joinPath(path: string, step: PathStep): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  if (!PLAIN_KEY.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}

function unquote(text: string): string | null {
  try {
    return String(JSON.parse(text));
  } catch {
    return null; // an escape that JSON does not know
  }
}
