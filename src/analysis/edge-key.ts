/** Who calls whom. */
export interface Edge {
  readonly source: string;
  readonly destination: string;
}

/** One text for each edge, for maps. */
export function edgeKey({ source, destination }: Edge): string {
  return JSON.stringify([source, destination]);
}

/** The edge of a key. */
export function edgeOf(key: string): Edge {
  const [source, destination] = JSON.parse(key) as [string, string];
  return { source, destination };
}
