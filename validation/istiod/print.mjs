const COLUMNS = 150;

/** JSON in which every value stands on one line if it has room there. */
export function print(value) {
  return `${pretty(value, '', 0)}\n`;
}

/** `taken`: columns of the first line that are taken by a key and by what follows. */
function pretty(value, indent, taken) {
  const line = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + taken + line.length <= COLUMNS) return line;
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const entries = isList
    ? value.map((entry) => `${deeper}${pretty(entry, deeper, 1)}`)
    : Object.entries(value).map(([key, entry]) => {
        const head = `${JSON.stringify(key)}: `;
        return `${deeper}${head}${pretty(entry, deeper, head.length + 1)}`;
      });
  return `${isList ? '[' : '{'}\n${entries.join(',\n')}\n${indent}${isList ? ']' : '}'}`;
}

function oneLine(value) {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${oneLine(entry)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
