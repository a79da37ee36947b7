const FACTORS: ReadonlyMap<string, number> = new Map([
  ['n', 1e-9],
  ['u', 1e-6],
  ['m', 1e-3],
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['E', 1e18],
  ['Ki', 1024],
  ['Mi', 1024 ** 2],
  ['Gi', 1024 ** 3],
  ['Ti', 1024 ** 4],
  ['Pi', 1024 ** 5],
  ['Ei', 1024 ** 6],
]);
const QUANTITY = /^\+?(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * The number of a Kubernetes quantity (`500m` is 0.5, `2` is 2, `1e-1` is 0.1), or null when it is none. Negative
 * quantities are none: no resource takes one.
 * Source: Kubernetes, apimachinery/pkg/api/resource/quantity.go.
 */
export function parseQuantity(text: string): number | null {
  const match = QUANTITY.exec(text);
  if (match === null) return null;
  const value =
    match[2] === undefined ? Number(match[1]) * FACTORS.get(match[3] ?? '')! : Number(`${match[1]}e${match[2]}`);
  return Number.isFinite(value) ? value : null;
}
